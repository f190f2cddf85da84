import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findPackageManager, ownerOfLockfile, type PackageManager } from '../setup/find-package-manager.ts';
import { compareVersions } from '../setup/installed-version.ts';
import { fail, ok, warn, type Check, type DoctorContext, type Finding } from './check.ts';
import { judgeProblems } from './judge-problems.ts';
import { runProgram } from './run-program.ts';

const oldestNode = '22.19.0';

export const checkNode: Check = {
  id: 'node',
  run: async () => {
    const { node } = process.versions;
    if (compareVersions(node, oldestNode) >= 0) return [ok('node', `Node ${node}`)];
    return [fail('node', `Node ${node} is older than ${oldestNode}`, `Install Node ${oldestNode} or later.`)];
  },
};

export const checkWorkspace: Check = {
  id: 'workspace',
  run: async (context) => {
    const kinds = [
      ['nx.json', 'Nx'],
      ['turbo.json', 'Turborepo'],
      ['turbo.jsonc', 'Turborepo'],
      ['larder.json', 'larder.json'],
    ] as const;
    const found = kinds.filter(([file]) => existsSync(join(context.rootAbsolute, file))).map(([, kind]) => kind);
    const kind = found.length === 0 ? 'plain packages' : found.join(' and ');
    return [ok('workspace', `${kind}, in ${context.rootAbsolute}`), checkConfig(context)];
  },
};

function checkConfig({ problems, config }: DoctorContext): Finding {
  if (problems.length > 0) return judgeProblems('configuration', problems);
  return ok('configuration', config.file ?? 'the defaults: there is no file');
}

export const checkPackageManager: Check = {
  id: 'package-manager',
  run: async ({ rootAbsolute, terminal }, signal) => {
    const manager = findPackageManager(rootAbsolute);
    const result = await runProgram([manager.name, '--version'], { cwd: rootAbsolute, env: terminal.env, signal });
    const version = result.kind === 'ended' && result.exitCode === 0 ? result.stdout.split('\n').at(-1)! : null;
    return [judgeManager(manager, version)];
  },
};

function judgeManager({ name, version: wanted, lockfiles }: PackageManager, version: string | null): Finding {
  const id = 'package-manager';
  const wantedText = wanted === null ? name : `${name} ${wanted}`;
  const others = lockfiles.filter((file) => ownerOfLockfile(file) !== name);
  if (others.length > 0) {
    const advice = `Remove what ${name} does not use: ${others.join(', ')}.`;
    return warn(id, `several package managers have left lockfiles: ${lockfiles.join(', ')}`, advice);
  }
  if (version === null)
    return fail(id, `${wantedText} does not start here`, `Install ${wantedText}, or enable corepack.`);
  if (wanted !== null && wanted !== version) {
    const advice = 'Install that version, or enable corepack: another one may write another lockfile.';
    return warn(id, `${name} ${version} is installed; package.json asks for ${wanted}`, advice);
  }
  if (lockfiles.length > 0) return ok(id, `${name} ${version}, with ${lockfiles.join(', ')}`);
  const advice = `Run ${name} install and commit the lockfile: versions of packages are then part of every hash.`;
  return warn(id, `${name} ${version}, without a lockfile`, advice);
}
