import { spawn } from 'node:child_process';
import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { onTestFinished } from 'vitest';
import { makeFolder, makeWorkspace, type FileTree } from './make-workspace.ts';
import { nodeModulesWithNx } from './nx-under-test.ts';
import { cleanEnv, finish, repositoryRoot, type Finished } from './run-larder.ts';

const script = 'mkdir -p dist && cp -R src/. dist && ln -sfn first.txt dist/link && echo built $npm_package_name';

export const nxJson = {
  plugins: ['@larder/nx'],
  targetDefaults: { build: { cache: true, dependsOn: ['^build'], outputs: ['{projectRoot}/dist'] } },
};

/** Two projects in a row, in a folder whose name has spaces and letters beyond ASCII. */
export function nxPluginFiles(overrides: FileTree = {}): FileTree {
  const project = (name: string, dependencies: object): FileTree => ({
    [`packages/${name}/package.json`]: { name, version: '1.0.0', scripts: { build: script }, dependencies },
    [`packages/${name}/src/first.txt`]: `${name} first\n`,
    [`packages/${name}/src/größe.txt`]: `${name} second\n`,
  });
  return {
    '.gitignore': 'node_modules\ndist\n.nx\n',
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'] },
    'nx.json': nxJson,
    ...project('one', {}),
    ...project('two', { one: '1.0.0' }),
    ...overrides,
  };
}

/** Nothing is built by two runs at once, in one folder: `cp` fails where another makes the same file. */
export const twoOnItsOwn: FileTree = {
  'packages/two/package.json': { name: 'two', version: '1.0.0', scripts: { build: script } },
};

/** The plugin as it was built, beside the nx under test. */
export function linkedNxWorkspace(overrides: FileTree = {}): string {
  const root = makeWorkspace(nxPluginFiles(overrides));
  mkdirSync(join(root, 'node_modules', '@larder'), { recursive: true });
  symlinkSync(join(nodeModulesWithNx, 'nx'), join(root, 'node_modules', 'nx'));
  symlinkSync(join(repositoryRoot, 'plugins', 'nx'), join(root, 'node_modules', '@larder', 'nx'));
  return root;
}

export interface NxRun extends Finished {
  /** Task id -> how nx says that it ended. */
  readonly hits: Readonly<Record<string, 'remote cache' | 'local cache' | 'executed'>>;
}

/** A cache of Nx's own that nobody has used. */
export function freshNxCache(): Readonly<Record<string, string>> {
  const folder = makeFolder();
  return { NX_CACHE_DIRECTORY: join(folder, 'cache'), NX_WORKSPACE_DATA_DIRECTORY: join(folder, 'data') };
}

export async function nx(
  root: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<NxRun> {
  const quiet = { NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false', NX_INTERACTIVE: 'false' };
  const bin = JSON.parse(readFileSync(join(root, 'node_modules/nx/package.json'), 'utf8')) as { bin: { nx: string } };
  const child = spawn(process.execPath, [join(root, 'node_modules/nx', bin.bin.nx), ...args], {
    cwd: root,
    env: { ...cleanEnv(), LARDER_DAEMON_IDLE_SECONDS: '60', ...quiet, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = await finish(child);
  // In CI, nx colours what it prints.
  const run = { ...ended, stdout: stripVTControlCharacters(ended.stdout) };
  const lines = run.stdout.matchAll(/(?:[✔✖]|>)\s+nx run (\S+)(?:\s+\[([^\]]+)\])?/g);
  const hits = Object.fromEntries([...lines].map(([, task, hit]) => [task, hit ?? 'executed'])) as NxRun['hits'];
  return { ...run, hits };
}

export function readOutputs(root: string): Readonly<Record<string, string>> {
  const files = globSync('packages/*/dist/*', { cwd: root }).toSorted();
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

export function removeOutputs(root: string): void {
  for (const folder of globSync('packages/*/dist', { cwd: root })) rmSync(join(root, folder), { recursive: true });
}

export interface DaemonFile {
  readonly pid: number;
  readonly port: number;
  readonly token: string;
}

/** The records of the workspace's daemons. */
export function readDaemons(root: string): readonly { readonly file: string; readonly record: DaemonFile }[] {
  const files = globSync('.larder/state/daemon/*/*.json', { cwd: root }).map((file) => join(root, file));
  return files
    .filter((file) => existsSync(file))
    .map((file) => ({ file, record: JSON.parse(readFileSync(file, 'utf8')) as DaemonFile }));
}

/** A server of the test's own, as a remote that misbehaves. */
export async function startRemote(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What nx makes and answers in such a workspace without the plugin. */
export async function runWithout(
  args: readonly string[],
  overrides: FileTree = {},
): Promise<{ readonly exitCode: number | null; readonly outputs: Readonly<Record<string, string>> }> {
  const root = linkedNxWorkspace({ ...overrides, 'nx.json': { ...nxJson, plugins: [] } });
  const { exitCode } = await nx(root, args, freshNxCache());
  return { exitCode, outputs: readOutputs(root) };
}
