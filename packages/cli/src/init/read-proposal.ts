import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asWorkspacePath, isJsonObject, parseConfig, parseJsonc, type Project } from '@larder/core';
import { isIgnoredByGit, sharedEnvFile } from '@larder/nx';
import { readConfigFile } from '@larder/workspace';
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
  if (existsSync(join(rootAbsolute, 'nx.json'))) return await readNxProposal(rootAbsolute, isolate);
  const turbo = ['turbo.json', 'turbo.jsonc'].find((name) => existsSync(join(rootAbsolute, name)));
  if (turbo !== undefined) return proposeForTurborepo(rootAbsolute, turbo);
  if (existsSync(join(rootAbsolute, 'larder.json'))) return proposeNothing(rootAbsolute);
  return await withSession((session) => proposeForPlain(readPlainProjects(session)));
}

async function readNxProposal(rootAbsolute: string, isolate: boolean | undefined): Promise<Proposal> {
  const read = (name: string): string | null => readIfPresent(join(rootAbsolute, name));
  const config = readConfigFile(rootAbsolute);
  const nx = config?.kind === 'larder' ? config.beside : config;
  return proposeForNx({
    nxJson: read('nx.json') ?? '{}',
    base: nx?.base?.text ?? null,
    packageJson: read('package.json'),
    gitignore: read('.gitignore'),
    nxVersion: findInstalledVersion(rootAbsolute, 'nx'),
    hasPlugin: findInstalledVersion(rootAbsolute, '@larder/nx') !== null,
    version,
    installCommand: `${findPackageManager(rootAbsolute).name} install`,
    isolate,
    read,
    isIgnored: await isIgnoredByGit(rootAbsolute, sharedEnvFile),
  });
}

function proposeForTurborepo(rootAbsolute: string, name: string): Proposal {
  const { problems } = parseJsonc(readIfPresent(join(rootAbsolute, name)) ?? '', asWorkspacePath(name));
  if (problems.length > 0) return { kind: 'refused', problems };
  const notes = [
    `Larder reads ${name} as it is: larder run-many -t build.`,
    'To keep turbo and give it this cache: larder turbo run build.',
  ];
  return { kind: 'changes', workspace: 'a Turborepo', edits: [], notes, next: [] };
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
  const text = readIfPresent(join(rootAbsolute, root, 'package.json')) ?? '{}';
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

function readIfPresent(fileAbsolute: string): string | null {
  try {
    return readFileSync(fileAbsolute, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`Cannot read ${fileAbsolute}`, { cause: error });
  }
}
