import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** How to ask the watching daemon of a workspace. What it names belongs to this user alone. */
export interface ChangesRecord {
  readonly v: 2;
  readonly version: string;
  readonly rootAbsolute: string;
  /** Beside the record: the folder with the pipe for questions and with the files of the answers. */
  readonly folder: string;
}

const folderSyntax = /^changes-[0-9a-f]{16}$/;

/** One for each user and workspace, whatever the configuration: what changed does not depend on it. */
export function changesRecordFile(rootAbsolute: string): string {
  return `${placeOf(rootAbsolute)}/changes.json`;
}

export function changesFolder({ rootAbsolute, folder }: Pick<ChangesRecord, 'rootAbsolute' | 'folder'>): string {
  return `${placeOf(rootAbsolute)}/${folder}`;
}

export function pipeFile(record: ChangesRecord): string {
  return `${changesFolder(record)}/questions`;
}

export function answerFile(record: ChangesRecord, name: string): string {
  return `${changesFolder(record)}/${name}`;
}

function placeOf(rootAbsolute: string): string {
  return `${rootAbsolute}/.larder/state/daemon/user-${process.getuid?.() ?? 'only'}`;
}

export function writeChangesRecord(record: ChangesRecord): void {
  const file = changesRecordFile(record.rootAbsolute);
  const partial = `${file}.${crypto.randomUUID()}.partial`;
  writeFileSync(partial, JSON.stringify(record), { mode: 0o600, flag: 'wx' });
  renameSync(partial, file);
}

/** Null where there is none, others may have written it, or it came here with a copy of another workspace. */
export function readChangesRecord(rootAbsolute: string): ChangesRecord | null {
  try {
    const file = changesRecordFile(rootAbsolute);
    if (!isPrivate(file)) return null;
    const record = parseChangesRecord(readFileSync(file, 'utf8'));
    return record?.rootAbsolute === rootAbsolute && isPrivate(changesFolder(record)) ? record : null;
  } catch {
    // Missing, or no JSON: nobody watches here.
    return null;
  }
}

function isPrivate(path: string): boolean {
  const { uid, mode } = lstatSync(path);
  const user = process.getuid?.();
  return user === undefined || (uid === user && (mode & 0o077) === 0);
}

/** Removes it where it is still this one: another daemon may have taken over. */
export function removeChangesRecord({ rootAbsolute, folder }: ChangesRecord): void {
  if (readChangesRecord(rootAbsolute)?.folder === folder) rmSync(changesRecordFile(rootAbsolute), { force: true });
}

function parseChangesRecord(text: string): ChangesRecord | null {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return null;
  const { v, version, rootAbsolute, folder } = value as Readonly<Record<string, unknown>>;
  if (v !== 2 || typeof version !== 'string' || typeof rootAbsolute !== 'string') return null;
  return typeof folder === 'string' && folderSyntax.test(folder) ? (value as ChangesRecord) : null;
}
