import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;
const limitMs = 5 * 60_000;

/**
 * Installs the peers by their own lockfile, where that has not been done, without their install scripts.
 * Returns the folder with their packages, or null, and says why, where that fails. Not `npm ci`, which wants
 * the programs of every platform in the lockfile, and not every registry has them all.
 */
export function installPeers(): string | null {
  const modules = join(folder, 'node_modules');
  const stamp = join(modules, '.installed');
  const lockfile = readFileSync(join(folder, 'package-lock.json'), 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfile) return modules;
  console.log('Installing the peers into bench/peers/node_modules …');
  const stdio = ['ignore', 'ignore', 'inherit'] as const;
  const options = { cwd: folder, stdio: [...stdio], timeout: limitMs };
  try {
    execFileSync('npm', ['install', '--no-save', '--ignore-scripts'], options);
  } catch (error) {
    console.error(`The peers could not be installed, and are left out: ${String(error)}`);
    return null;
  }
  writeFileSync(stamp, lockfile);
  return modules;
}
