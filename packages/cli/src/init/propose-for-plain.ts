import { addProperty, type JsonObject, type JsonValue } from '@larder/core';
import type { Proposal } from './proposal.ts';

/** One project, as far as it says what its scripts make. */
export interface PlainProject {
  readonly name: string;
  /** Script name -> its line. */
  readonly scripts: ReadonlyMap<string, string>;
  /** Folders that its manifest points into or that are there, and that hold no source. */
  readonly outputFolders: readonly string[];
}

const builds = ['build', 'compile', 'bundle'] as const;
/** Their result is that they succeed. */
const checks = ['lint', 'typecheck', 'type-check', 'check-types', 'test'] as const;

/**
 * A `larder.json` that caches the usual scripts. A build is cached only where it is known what it writes, in every
 * project that has it: a hit restores what is declared, and nothing else.
 */
export function proposeForPlain(projects: readonly PlainProject[]): Proposal {
  const workspace = `a workspace of ${projects.length} ${projects.length === 1 ? 'project' : 'projects'}`;
  const notes: string[] = [];
  const targets: [string, JsonValue][] = [];
  for (const name of [...builds, ...checks]) {
    const having = projects.filter(({ scripts }) => scripts.has(name));
    if (having.length === 0) continue;
    const [target, note] = isBuild(name) ? proposeBuild(name, having) : [proposeCheck(name, having, projects), null];
    targets.push([name, target]);
    if (note !== null) notes.push(note);
  }
  if (targets.length === 0) {
    const known = [...builds, ...checks].join(', ');
    const note = `No project has a script of a usual name (${known}). Any script runs by its name: larder run-many -t <script>.`;
    return { kind: 'changes', workspace, edits: [], notes: [note], next: [] };
  }
  const after = addProperty('{}\n', [], ['targetDefaults', Object.fromEntries(targets)]) ?? '{}\n';
  return { kind: 'changes', workspace, edits: [{ file: 'larder.json', before: null, after }], notes, next: [] };
}

function isBuild(name: string): boolean {
  return builds.some((each) => each === name);
}

function proposeBuild(name: string, having: readonly PlainProject[]): readonly [JsonObject, string | null] {
  const dependsOn = [`^${name}`];
  const unknown = having.filter(({ outputFolders }) => outputFolders.length === 0);
  if (unknown.length > 0) {
    const names = unknown.slice(0, 5).map((project) => project.name);
    const more = unknown.length > names.length ? ` and ${unknown.length - names.length} more` : '';
    const where = `${names.join(', ')}${more}`;
    return [
      { dependsOn },
      `"${name}" is not cached: nothing says what it writes in ${where}. Add "cache" and "outputs".`,
    ];
  }
  const folders = [...new Set(having.flatMap(({ outputFolders }) => outputFolders))].toSorted();
  return [{ cache: true, dependsOn, outputs: folders.map((folder) => `{projectRoot}/${folder}`) }, null];
}

function proposeCheck(name: string, having: readonly PlainProject[], all: readonly PlainProject[]): JsonObject {
  const build = builds.find((each) => all.some(({ scripts }) => scripts.has(each)));
  // Tests and types of a package look at what the packages below it have built.
  const dependsOn = name === 'lint' || build === undefined ? {} : { dependsOn: [`^${build}`] };
  const coverage = having.some(({ scripts }) => scripts.get(name)?.includes('coverage') === true);
  return { cache: true, ...dependsOn, ...(coverage ? { outputs: ['{projectRoot}/coverage'] } : {}) };
}
