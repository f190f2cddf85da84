import { resolve } from 'node:path';
import { listExcludesFiles, listRefFiles } from '@larder/workspace';
import type { RunCommand } from '../argv/command.ts';
import type { OuterInputs } from '../run/run-hasher.ts';
import { findNamedBase } from '../run/read-changes.ts';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';

/** What the answer depends on beside the listed files; null where that cannot be told. */
export function listSources(
  session: Session,
  terminal: Terminal,
  { command, outer }: { readonly command: RunCommand; readonly outer: OuterInputs },
): readonly string[] | null {
  const { askedGit } = outer;
  const paths = [...outer.paths, ...listNamedFiles(session), ...session.pluginFiles];
  const isAffected = command.kind === 'affected' && command.changes.kind !== 'files';
  if (!isAffected && !askedGit) return paths;
  const revisions = isAffected && command.changes.kind === 'range' ? listRevisions(session, terminal, command) : [];
  const refs = listRefFiles(session.rootAbsolute, revisions);
  // What git ignores is no change.
  const excludes = isAffected ? listExcludesFiles(session.rootAbsolute, terminal.env) : [];
  return refs === null || excludes === null ? null : [...paths, ...refs, ...excludes];
}

/** Files that the configuration names, wherever they lie and whether git ignores them or not. */
function listNamedFiles({ rootAbsolute, config }: Session): readonly string[] {
  const names = [config.base ?? '', ...config.plugins.map(({ name }) => name)];
  return names.filter((name) => name.startsWith('.')).map((name) => resolve(rootAbsolute, name));
}

type Affected = Extract<RunCommand, { readonly kind: 'affected' }>;

function listRevisions(session: Session, terminal: Terminal, { changes }: Affected): readonly string[] {
  if (changes.kind !== 'range') return [];
  const { base, head } = changes;
  return [findNamedBase(terminal.env, base) ?? session.config.defaultBase, head ?? terminal.env['NX_HEAD'] ?? 'HEAD'];
}
