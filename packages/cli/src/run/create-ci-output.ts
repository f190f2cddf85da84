import { existsSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { ProjectName } from '@larder/core';
import { createCiMarkup, detectCiProvider, type CiOutput } from '@larder/report';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';

/** What the reporters need in the CI system that this is; null in none that is known. */
export function createCiOutput(session: Session, terminal: Terminal): CiOutput | null {
  const provider = detectCiProvider(terminal.env);
  if (provider === null) return null;
  const checkout = terminal.env['GITHUB_WORKSPACE'] ?? terminal.env['BUILD_SOURCESDIRECTORY'] ?? session.rootAbsolute;
  return {
    markup: createCiMarkup(provider),
    locate: (project, file) => locateFile(session, { project, file, checkout }),
    epochMs: () => Date.now(),
  };
}

/** Tools name files from where they ran: mostly the project's folder, else the workspace's. */
function locateFile(
  { rootAbsolute, graph }: Session,
  { project, file, checkout }: { readonly project: string; readonly file: string; readonly checkout: string },
): string | null {
  const projectRoot = graph.projects.get(project as ProjectName)?.root ?? '';
  const candidates = isAbsolute(file)
    ? [file]
    : [resolve(rootAbsolute, projectRoot, file), resolve(rootAbsolute, file)];
  const found = candidates.find((candidate) => isInside(rootAbsolute, candidate) && existsSync(candidate));
  if (found === undefined) return null;
  const base = isInside(checkout, found) ? checkout : rootAbsolute;
  return relative(base, found).split(sep).join('/');
}

function isInside(folder: string, file: string): boolean {
  const path = relative(folder, file);
  return path !== '' && !isAbsolute(path) && path !== '..' && !path.startsWith(join('..', sep));
}
