import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { asWorkspacePath, type Change, type Problem } from '@larder/core';
import { findCiBase, readChangedFiles } from '@larder/workspace';
import type { ChangesRequest } from '../argv/command.ts';
import type { Session } from '../session/open-session.ts';
import { definedEnv } from '../session/spawn-commands.ts';
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
  const { rootAbsolute } = session;
  const git = { env: definedEnv(terminal.env), signal: terminal.signal, mayFetch: false };
  switch (request.kind) {
    case 'files':
      return toChanges(session, request.files);
    case 'stdin':
      return toChanges(session, (await text(terminal.stdin)).split(/\r?\n/));
    case 'uncommitted':
    case 'untracked':
      return readChangedFiles(rootAbsolute, { kind: request.kind }, git);
    case 'range': {
      const base = findBase(session, terminal, request.base);
      const head = request.head ?? setOrNull(terminal.env['NX_HEAD']);
      const mayFetch = request.fetch ?? terminal.isCi;
      return readChangedFiles(rootAbsolute, { kind: 'range', base, head }, { ...git, mayFetch });
    }
  }
}

/** What a person says comes first, then what the CI provider says, then the configuration. */
function findBase(session: Session, { env, isCi }: Terminal, named: string | null): string {
  const said = findNamedBase(env, named);
  if (said !== null) return said;
  const found = isCi ? findCiBase({ env, readGithubEvent }) : null;
  if (found === null) return session.config.defaultBase;
  session.log(`affected: compared with ${found.base}, as ${found.provider} says in ${found.source}`);
  return found.base;
}

/** What a person says, by flag or environment. */
export function findNamedBase(env: Terminal['env'], flag: string | null): string | null {
  return flag ?? setOrNull(env['LARDER_BASE']) ?? setOrNull(env['NX_BASE']);
}

/** Null where it cannot be read: then the provider has said nothing. */
function readGithubEvent(pathAbsolute: string): unknown {
  try {
    return JSON.parse(readFileSync(pathAbsolute, 'utf8'));
  } catch {
    return null;
  }
}

/** CI systems set variables to nothing where they mean not to set them. */
function setOrNull(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
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
