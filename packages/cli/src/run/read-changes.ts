import { text } from 'node:stream/consumers';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { asWorkspacePath, type Change, type Problem } from '@larder/core';
import { readChangedFiles } from '@larder/workspace';
import type { ChangesRequest } from '../argv/command.ts';
import { definedEnv, type Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';

export type ReadChanges =
  | {
      readonly kind: 'changes';
      readonly changes: readonly Change[];
      /** The commit compared with; null where nobody named one. */
      readonly base: string | null;
    }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** What changed: as the person says, or as git knows. */
export async function readChanges(session: Session, terminal: Terminal, request: ChangesRequest): Promise<ReadChanges> {
  const { rootAbsolute, config } = session;
  const git = { env: definedEnv(terminal.env), signal: terminal.signal };
  switch (request.kind) {
    case 'files':
      return toChanges(session, request.files);
    case 'stdin':
      return toChanges(session, (await text(terminal.stdin)).split(/\r?\n/));
    case 'uncommitted':
    case 'untracked':
      return readChangedFiles(rootAbsolute, { kind: request.kind }, git);
    case 'range': {
      const base = request.base ?? terminal.env['NX_BASE'] ?? config.defaultBase;
      const head = request.head ?? terminal.env['NX_HEAD'] ?? null;
      return readChangedFiles(rootAbsolute, { kind: 'range', base, head }, git);
    }
  }
}

/** Paths are relative to the workspace's root, as git prints them there; absolute ones are made so. */
function toChanges(session: Session, files: readonly string[]): ReadChanges {
  const changes = files
    .filter((file) => file !== '')
    .map((file): Change => {
      const absolute = isAbsolute(file) ? file : resolve(session.rootAbsolute, file);
      const path = asWorkspacePath(relative(session.rootAbsolute, absolute).split(sep).join('/'));
      return { path, kind: session.workspace.files.has(path) ? 'modified' : 'deleted' };
    });
  return { kind: 'changes', changes, base: null };
}
