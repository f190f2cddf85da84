import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { nx, nxPluginFiles } from './nx-plugin-workspace.ts';
import { commitAll, makeFolder, makeWorkspace, type FileTree } from './make-workspace.ts';
import { cleanEnv, finish, repositoryRoot, type Finished } from './run-larder.ts';
import { nodeModulesWithNx } from './nx-under-test.ts';

/** What the packed plugin needs beside itself; a user gets it from the registry. */
const neighbours = ['nx', 'xxhash-addon'];

/** A workspace that holds the plugin as it is published: the packed tarball, unpacked; no link leads to its sources. */
export function packedNxWorkspace(overrides: FileTree = {}): string {
  const root = makeWorkspace(nxPluginFiles(overrides));
  const plugin = join(root, 'node_modules/@larder/nx');
  mkdirSync(dirname(plugin), { recursive: true });
  cpSync(unpackPlugin(), plugin, { recursive: true });
  for (const name of neighbours) {
    const link = join(root, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    const from = name === 'nx' ? nodeModulesWithNx : join(repositoryRoot, 'node_modules');
    symlinkSync(join(from, name), link);
  }
  return root;
}

/** The same with its targets adopted, as a commit. */
export async function adoptedNxWorkspace(overrides: FileTree = {}): Promise<string> {
  const root = packedNxWorkspace(overrides);
  const adopted = await nx(root, ['g', '@larder/nx:adopt']);
  if (adopted.exitCode !== 0) throw new Error(`${adopted.stdout}${adopted.stderr}`);
  commitAll(root, 'adopted');
  return root;
}

export interface RunningNx {
  readonly child: ChildProcess;
  readonly ended: Promise<Finished>;
  /** Resolves when this text stands in its output. */
  readonly printed: (text: string) => Promise<void>;
}

/** nx in a process group of its own, as a shell makes one of a command line. */
export function startNx(root: string, args: readonly string[], env: Readonly<Record<string, string>>): RunningNx {
  const quiet = { NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false', LARDER_DAEMON_IDLE_SECONDS: '60' };
  const { bin } = JSON.parse(readFileSync(join(root, 'node_modules/nx/package.json'), 'utf8')) as {
    bin: { nx: string };
  };
  const child = spawn(process.execPath, [join(root, 'node_modules/nx', bin.nx), ...args], {
    cwd: root,
    env: { ...cleanEnv(), ...quiet, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  onTestFinished(() => endGroup(child));
  let stdout = '';
  child.stdout.on('data', (chunk: unknown) => (stdout += String(chunk)));
  const ended = finish(child);
  const printed = async (text: string): Promise<void> => {
    const signal = AbortSignal.timeout(60_000);
    while (!stdout.includes(text)) {
      await Promise.race([once(child.stdout, 'data', { signal }), ended]).catch(() => {});
      const isOver = child.exitCode !== null || signal.aborted;
      if (isOver && !stdout.includes(text)) throw new Error(`nx did not print ${JSON.stringify(text)}:\n${stdout}`);
    }
  };
  return { child, ended, printed };
}

/** A test that failed leaves nothing running. */
function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function unpackPlugin(): string {
  const folder = makeFolder();
  const options = { env: cleanEnv(), encoding: 'utf8' as const, stdio: 'pipe' as const };
  const packing = ['pack', '--pack-destination', folder];
  const packed = execFileSync('npm', packing, { ...options, cwd: join(repositoryRoot, 'plugins/nx') });
  execFileSync('tar', ['-xf', join(folder, packed.trim().split('\n').at(-1) ?? '')], { ...options, cwd: folder });
  return join(folder, 'package');
}
