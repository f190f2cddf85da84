import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { asWorkspacePath } from '@larder/core';
import type { DebugLog, WorkspacePath } from '@larder/core';

/** The variables of a dotenv file as they stand there, unexpanded; null where there is no such file. */
export type ReadDotenv = (path: WorkspacePath) => Readonly<Record<string, string>> | null;

/**
 * Reads dotenv files from disk, ignored ones too, each folder and each file once. Make one per run. `onFile` is told of
 * each that is there.
 */
export function createDotenvReader(
  rootAbsolute: string,
  log: DebugLog,
  onFile: (path: WorkspacePath) => void = () => {},
): ReadDotenv {
  const folders = new Map<string, ReadonlySet<string>>();
  const files = new Map<string, Readonly<Record<string, string>> | null>();
  return (path) => {
    const slash = path.lastIndexOf('/');
    const folder = path.slice(0, Math.max(0, slash));
    const names = folders.get(folder) ?? new Set(listEnvFiles(join(rootAbsolute, folder), log));
    folders.set(folder, names);
    if (!names.has(path.slice(slash + 1))) return null;
    const known = files.get(path);
    if (known !== undefined) return known;
    onFile(path);
    const variables = readVariables(join(rootAbsolute, path), log);
    files.set(path, variables);
    return variables;
  };
}

/**
 * The dotenv files of a task in Nx's order, first wins: those of its configuration, of its target, and of all tasks;
 * in the project's folder before the workspace's, `.local` before shared.
 */
export function listDotenvPaths(projectRoot: string, target: string, configuration: string | null): WorkspacePath[] {
  const identifiers = configuration === null ? [target] : [`${target}.${configuration}`, configuration, target];
  const names = [
    ...identifiers.flatMap((id) => [`.env.${id}.local`, `.env.${id}`, `.${id}.local.env`, `.${id}.env`]),
    '.env.local',
    '.local.env',
    '.env',
  ];
  // A target's name may hold slashes, and never names a file then.
  const usable = names.filter((name) => !name.includes('/'));
  const inProject = projectRoot === '' ? [] : usable.map((name) => asWorkspacePath(`${projectRoot}/${name}`));
  return [...inProject, ...usable.map(asWorkspacePath)];
}

function listEnvFiles(folderAbsolute: string, log: DebugLog): string[] {
  try {
    return readdirSync(folderAbsolute).filter((name) => name.startsWith('.') && name.includes('env'));
  } catch (error) {
    log(`no dotenv files: ${String(error)}`);
    return [];
  }
}

function readVariables(absolute: string, log: DebugLog): Readonly<Record<string, string>> | null {
  try {
    const variables = parseEnv(readFileSync(absolute, 'utf8'));
    return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, value ?? '']));
  } catch (error) {
    log(`a dotenv file cannot be read: ${String(error)}`);
    return null;
  }
}
