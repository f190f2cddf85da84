import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { Problem } from '../problem.ts';
import { findNearNames } from '../project-graph/find-near-names.ts';
import type { DependencyScope, TargetDependency } from '../project-graph/project.ts';
import { invalidValue, placeAt, unknownKey } from './place.ts';
import type { Parsed, Place } from './place.ts';

/** What must be known of the workspace to read `"ui:build"`: names of projects and of targets may hold colons. */
export interface TargetLookup {
  readonly hasOwnTarget: (target: string) => boolean;
  readonly hasProject: (project: string) => boolean;
  readonly hasTarget: (project: string, target: string) => boolean;
}

/**
 * Reads a `dependsOn` array in Nx's grammar: `t`, `^t`, `project:t`, `{ target, projects | dependencies,
 * params, options, inputs, waitFor }`. Entries with problems are left out.
 */
export function parseDependsOn(raw: unknown, place: Place, lookup: TargetLookup): Parsed<readonly TargetDependency[]> {
  if (!Array.isArray(raw)) return [[], [invalidValue(place, raw, 'an array')]];
  const problems: Problem[] = [];
  const parsed: TargetDependency[] = [];
  raw.forEach((entry: unknown, index) => {
    if (entry === '...') return;
    const [dependency, found] = parseEntry(entry, placeAt(place, index), lookup);
    if (dependency !== null) parsed.push(dependency);
    problems.push(...found);
  });
  return [parsed, problems];
}

function parseEntry(raw: unknown, place: Place, lookup: TargetLookup): Parsed<TargetDependency | null> {
  if (typeof raw === 'string' && raw !== '' && raw !== '^') return [parseEntryText(raw, lookup), []];
  if (isJsonObject(raw)) return parseEntryObject(raw, place);
  return [null, [invalidValue(place, raw, 'a target name or an object with "target"')]];
}

const plain = { params: 'ignore', options: 'ignore', inputs: true } as const;

function parseEntryText(text: string, lookup: TargetLookup): TargetDependency {
  if (text.startsWith('^')) return { target: text.slice(1), of: { kind: 'dependencies' }, ...plain };
  const pair = lookup.hasOwnTarget(text) ? null : findProjectTarget(text, lookup);
  if (pair === null) return { target: text, of: { kind: 'self' }, ...plain };
  return { target: pair.target, of: { kind: 'projects', projects: [pair.project] }, ...plain };
}

/** The longest project name that has the rest as a target; failing that, the longest project name. */
function findProjectTarget(text: string, lookup: TargetLookup): { project: string; target: string } | null {
  const pairs = [];
  for (let colon = text.lastIndexOf(':'); colon > 0; colon = text.lastIndexOf(':', colon - 1)) {
    pairs.push({ project: text.slice(0, colon), target: text.slice(colon + 1) });
  }
  const known = pairs.filter(({ project }) => lookup.hasProject(project));
  return known.find(({ project, target }) => lookup.hasTarget(project, target)) ?? known[0] ?? null;
}

const knownKeys = ['target', 'projects', 'dependencies', 'params', 'options', 'inputs', 'waitFor'];

function parseEntryObject(raw: JsonObject, place: Place): Parsed<TargetDependency | null> {
  const target = raw['target'];
  const unknown = Object.keys(raw)
    .filter((key) => !knownKeys.includes(key))
    .map((key) => unknownKey(placeAt(place, key), findNearNames(key, knownKeys), 'warning'));
  if (typeof target !== 'string' || target === '') {
    return [null, [invalidValue(placeAt(place, 'target'), target, 'a target name'), ...unknown]];
  }
  const [of, ofProblems] = parseScope(raw, place);
  const [params, paramsProblems] = parseForwarding(raw['params'], placeAt(place, 'params'));
  const [options, optionsProblems] = parseForwarding(raw['options'], placeAt(place, 'options'));
  const [waitFor, waitForProblems] = parseWaitFor(raw['waitFor'], placeAt(place, 'waitFor'));
  const problems = [...unknown, ...ofProblems, ...paramsProblems, ...optionsProblems, ...waitForProblems];
  return [{ target, of, params, options, inputs: raw['inputs'] !== false, ...waitFor }, problems];
}

/** The strings `self` and `dependencies` are how older majors of Nx spelled the scope. */
function parseScope(raw: JsonObject, place: Place): Parsed<DependencyScope> {
  const projects = raw['projects'];
  if (projects === 'dependencies') return [{ kind: 'dependencies' }, []];
  if (projects === undefined || projects === null || projects === 'self') {
    return [{ kind: raw['dependencies'] === true ? 'dependencies' : 'self' }, []];
  }
  const list: unknown = typeof projects === 'string' ? [projects] : projects;
  if (Array.isArray(list) && list.every((entry) => typeof entry === 'string')) {
    return [{ kind: 'projects', projects: list }, []];
  }
  return [
    { kind: 'self' },
    [invalidValue(placeAt(place, 'projects'), projects, 'a project name, or an array of them')],
  ];
}

function parseForwarding(raw: unknown, place: Place): Parsed<'forward' | 'ignore'> {
  if (raw === undefined || raw === 'ignore') return ['ignore', []];
  if (raw === 'forward') return ['forward', []];
  return ['ignore', [invalidValue(place, raw, '"forward" or "ignore"')]];
}

function parseWaitFor(raw: unknown, place: Place): Parsed<Pick<TargetDependency, 'waitFor'>> {
  if (raw === undefined || raw === 'started') return [{}, []];
  if (raw === 'ready') return [{ waitFor: 'ready' }, []];
  return [{}, [invalidValue(place, raw, '"started" or "ready"')]];
}
