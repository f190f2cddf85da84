import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  asWorkspacePath,
  describeUnreadable,
  isJsonObject,
  parseConfig,
  parseJsonc,
  type Problem,
  type Project,
} from '@larder/core';
import { isIgnoredByGit, sharedEnvFile } from '@larder/nx';
import { readConfigFile } from '@larder/workspace';
import { readerOf } from '../doctor/read-root-file.ts';
import type { Session } from '../session/open-session.ts';
import { findInstalledVersion } from '../setup/installed-version.ts';
import { findPackageManager } from '../setup/find-package-manager.ts';
import { version } from '../version.ts';
import { findOutputFolders } from './find-output-folders.ts';
import { proposeForNx } from './propose-for-nx.ts';
import { proposeForPlain, type PlainProject } from './propose-for-plain.ts';
import type { Proposal } from './proposal.ts';

export interface ProposalOptions {
  /** Whether nx keeps a process for each plugin; undefined: as is best there. */
  readonly isolate: boolean | undefined;
  /** Called only where projects have to be known. */
  readonly withSession: (propose: (session: Session) => Proposal) => Promise<Proposal>;
}

/** Recognises the workspace by the files in its root. */
export async function readProposal(rootAbsolute: string, { isolate, withSession }: ProposalOptions): Promise<Proposal> {
  const turbo = ['turbo.json', 'turbo.jsonc'].find((name) => existsSync(join(rootAbsolute, name)));
  if (existsSync(join(rootAbsolute, 'nx.json'))) {
    const proposal = await readNxProposal(rootAbsolute, isolate);
    if (proposal.kind === 'refused' || turbo === undefined) return proposal;
    return { ...proposal, notes: [...proposal.notes, noteTurbo(rootAbsolute)] };
  }
  if (turbo !== undefined) return proposeForTurborepo(rootAbsolute, turbo);
  if (existsSync(join(rootAbsolute, 'larder.json'))) return proposeNothing(rootAbsolute);
  return await withSession((session) => proposeForPlain(readPlainProjects(session)));
}

async function readNxProposal(rootAbsolute: string, isolate: boolean | undefined): Promise<Proposal> {
  const problems: Problem[] = [];
  const readOwn = (name: string): string | null => readReporting(rootAbsolute, name, problems);
  const config = readConfigFile(rootAbsolute);
  const nx = config?.kind === 'larder' ? config.beside : config;
  const texts = {
    nxJson: readOwn('nx.json') ?? '{}',
    base: nx?.base?.text ?? null,
    packageJson: readOwn('package.json'),
    gitignore: readOwn('.gitignore'),
  };
  if (problems.length > 0) return { kind: 'refused', problems };
  return proposeForNx({
    ...texts,
    nxVersion: findInstalledVersion(rootAbsolute, 'nx'),
    hasPlugin: findInstalledVersion(rootAbsolute, '@larder/nx') !== null,
    version,
    installCommand: `${findPackageManager(rootAbsolute).name} install`,
    isolate,
    read: readerOf(rootAbsolute),
    isIgnored: await isIgnoredByGit(rootAbsolute, sharedEnvFile),
  });
}

function proposeForTurborepo(rootAbsolute: string, name: string): Proposal {
  const problems: Problem[] = [];
  const text = readReporting(rootAbsolute, name, problems);
  if (text !== null) problems.push(...parseJsonc(text, asWorkspacePath(name)).problems);
  if (problems.length > 0) return { kind: 'refused', problems };
  const notes = [`Larder reads ${name} as it is: larder run-many -t build.`, noteTurbo(rootAbsolute)];
  return { kind: 'changes', workspace: 'a Turborepo', edits: [], notes, next: [] };
}

function noteTurbo(rootAbsolute: string): string {
  const install = findInstalledVersion(rootAbsolute, 'turbo') === null ? 'install it, then ' : '';
  return `To keep turbo and give it this cache: ${install}larder turbo run build.`;
}

/** What is there is somebody's work: it is checked, and left alone. */
function proposeNothing(rootAbsolute: string): Proposal {
  const file = readConfigFile(rootAbsolute);
  const [, problems] = parseConfig({ file, env: {}, availableParallelism: 1, ci: false });
  if (problems.some(({ severity }) => severity === 'error')) return { kind: 'refused', problems };
  return { kind: 'changes', workspace: 'a workspace with a larder.json', edits: [], notes: [], next: [] };
}

function readPlainProjects(session: Session): readonly PlainProject[] {
  return [...session.graph.projects.values()].map((project) => readPlainProject(session, project));
}

function readPlainProject({ rootAbsolute, workspace }: Session, { name, root }: Project): PlainProject {
  const text = readerOf(join(rootAbsolute, root))('package.json') ?? '{}';
  const { value } = parseJsonc(text, asWorkspacePath('package.json'));
  const manifest = isJsonObject(value) ? value : {};
  const scripts = isJsonObject(manifest['scripts']) ? Object.entries(manifest['scripts']) : [];
  const below = (folder: string): string => (root === '' ? folder : `${root}/${folder}`);
  return {
    name,
    scripts: new Map(scripts.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
    outputFolders: findOutputFolders({
      manifest,
      hasSource: (folder) => workspace.files.under(asWorkspacePath(below(folder))).length > 0,
      exists: (folder) => existsSync(join(rootAbsolute, below(folder))),
    }),
  };
}

/** Null where it is not there, and where it cannot be read, which is a problem. */
function readReporting(rootAbsolute: string, file: string, problems: Problem[]): string | null {
  try {
    return readFileSync(join(rootAbsolute, file), 'utf8');
  } catch (error) {
    if (lstatSync(join(rootAbsolute, file), { throwIfNoEntry: false }) !== undefined) {
      problems.push({ code: 'unreadable-file', severity: 'error', file, detail: describeUnreadable(error) });
    }
    return null;
  }
}
