import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { formatServerEvent, type ServerEvent, type ServerEventSink } from './server-event.ts';

export interface AuditLogOptions {
  readonly fileAbsolute: string;
  /** A file that has grown so large is set aside. */
  readonly maxFileBytes: number;
  /** How many files there are at most, the current one among them. */
  readonly files: number;
}

export interface AuditLog {
  readonly note: ServerEventSink;
  /** May be called again. */
  close(): void;
}

/**
 * Who wrote what, when and from where, and which of those that have a token was refused: one line of JSON each, in `audit.log`, then `audit.log.1`
 * and so on, the newest first. Lines are written at once and in order, so that one that was answered is never lost
 * with the process. Throws where the file cannot be written: at the start this ends the server, later the caller
 * shields it.
 */
export function openAuditLog(options: AuditLogOptions): AuditLog {
  const { fileAbsolute, maxFileBytes } = options;
  mkdirSync(dirname(fileAbsolute), { recursive: true });
  let file = openSync(fileAbsolute, 'a', 0o600);
  let sizeBytes = fstatSync(file).size;
  let isClosed = false;
  const rotate = (): void => {
    closeSync(file);
    setAside(options);
    file = openSync(fileAbsolute, 'a', 0o600);
    sizeBytes = fstatSync(file).size;
  };
  return {
    note: (event) => {
      if (isClosed || !isAudited(event)) return;
      const line = Buffer.from(`${formatServerEvent(event)}\n`, 'utf8');
      if (sizeBytes > 0 && sizeBytes + line.length > maxFileBytes) rotate();
      writeSync(file, line);
      sizeBytes += line.length;
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      closeSync(file);
    },
  };
}

function setAside({ fileAbsolute, files }: AuditLogOptions): void {
  rmSync(nameOf(fileAbsolute, files - 1), { force: true });
  for (let index = files - 2; index >= 0; index -= 1)
    moveIfThere(nameOf(fileAbsolute, index), nameOf(fileAbsolute, index + 1));
}

function nameOf(fileAbsolute: string, index: number): string {
  return index === 0 ? fileAbsolute : `${fileAbsolute}.${index}`;
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

/** Whoever has no credentials of this server could fill the files until nothing else is left in them. */
function isAudited(event: ServerEvent): boolean {
  return audited.has(event.type) && !(event.type === 'access-refused' && event.token === null);
}

const audited: ReadonlySet<ServerEvent['type']> = new Set([
  'entry-stored',
  'entry-refused',
  'entry-dropped',
  'access-refused',
  'token-granted',
  'server-started',
  'server-stopped',
]);
