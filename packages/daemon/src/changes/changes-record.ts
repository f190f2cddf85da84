import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** How to ask the watching daemon of a workspace. Its token opens nothing else. */
export interface ChangesRecord {
  readonly v: 1;
  readonly version: string;
  readonly rootAbsolute: string;
  /** A Unix socket, or a named pipe on Windows. */
  readonly socket: string;
  readonly token: string;
}

/** One for each user and workspace, whatever the configuration: what changed does not depend on it. */
export function changesRecordFile(rootAbsolute: string): string {
  return `${rootAbsolute}/.larder/state/daemon/user-${process.getuid?.() ?? 'only'}/changes.json`;
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
    const { uid, mode } = lstatSync(file);
    const user = process.getuid?.();
    if (user !== undefined && (uid !== user || (mode & 0o077) !== 0)) return null;
    const record = parseChangesRecord(readFileSync(file, 'utf8'));
    return record?.rootAbsolute === rootAbsolute ? record : null;
  } catch {
    // Missing, or no JSON: nobody watches here.
    return null;
  }
}

/** Removes it where it is still this one: another daemon may have taken over. */
export function removeChangesRecord({ rootAbsolute, token }: ChangesRecord): void {
  if (readChangesRecord(rootAbsolute)?.token === token) rmSync(changesRecordFile(rootAbsolute), { force: true });
}

function parseChangesRecord(text: string): ChangesRecord | null {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return null;
  const { v, version, rootAbsolute, socket, token } = value as Readonly<Record<string, unknown>>;
  const areTexts = [version, rootAbsolute, socket, token].every((field) => typeof field === 'string' && field !== '');
  return v === 1 && areTexts ? (value as ChangesRecord) : null;
}
