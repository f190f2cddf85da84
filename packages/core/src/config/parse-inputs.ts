import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { Problem } from '../problem.ts';
import { findNearNames } from '../project-graph/find-near-names.ts';
import type { InputDefinition, InputScope, NamedInputs } from '../project-graph/project.ts';
import { invalidValue, placeAt, unknownKey } from './place.ts';
import type { Parsed, Place } from './place.ts';

const self: InputScope = { kind: 'self' };
const dependencies: InputScope = { kind: 'dependencies' };

/**
 * Reads an `inputs` array: Nx's grammar, Larder's `{ "platform": "os" | "os-arch" }`, and any other object
 * with one key as an input kind of a plugin (a value that is no object becomes `{ "value": … }`).
 * Entries with problems are left out. `"..."` means nothing here: spreads are resolved by merging.
 */
export function parseInputs(raw: unknown, place: Place): Parsed<readonly InputDefinition[]> {
  if (!Array.isArray(raw)) return [[], [invalidValue(place, raw, 'an array of inputs')]];
  const problems: Problem[] = [];
  const inputs: InputDefinition[] = [];
  raw.forEach((entry: unknown, index) => {
    if (entry === '...') return;
    const [input, found] = parseInput(entry, placeAt(place, index));
    if (input !== null) inputs.push(input);
    problems.push(...found);
  });
  return [inputs, problems];
}

/** Reads `namedInputs`. As in Nx, they describe one project only: no `^`, no `dependencies`, no `projects`. */
export function parseNamedInputs(raw: unknown, place: Place): Parsed<NamedInputs> {
  if (!isJsonObject(raw)) return [{}, [invalidValue(place, raw, 'an object: name -> array of inputs')]];
  const problems: Problem[] = [];
  const entries = Object.entries(raw).map(([name, value]): [string, readonly InputDefinition[]] => {
    const namePlace = placeAt(place, name);
    const [inputs, found] = parseInputs(value, namePlace);
    problems.push(...found);
    if (inputs.some((input) => 'of' in input && typeof input.of === 'object' && input.of.kind !== 'self')) {
      problems.push(
        invalidValue(namePlace, value, 'inputs of the project itself: "^" and "projects" belong in a target'),
      );
    }
    return [name, inputs];
  });
  return [Object.fromEntries(entries), problems];
}

function parseInput(raw: unknown, place: Place): Parsed<InputDefinition | null> {
  if (typeof raw === 'string') return parseInputText(raw, place);
  if (!isJsonObject(raw)) return [null, [invalidValue(place, raw, 'a string or an object')]];
  const kind = objectKinds.find(({ key }) => Object.hasOwn(raw, key));
  if (kind === undefined) return parsePluginInput(raw, place);
  const [input, problems] = kind.parse(raw, place);
  return [input, [...problems, ...findUnknownKeys(raw, [kind.key, ...kind.otherKeys], place)]];
}

function parseInputText(text: string, place: Place): Parsed<InputDefinition | null> {
  const of = text.startsWith('^') ? dependencies : self;
  const rest = of === dependencies ? text.slice(1) : text;
  if (rest.startsWith('{') || rest.startsWith('!')) return parseFileset(rest, of, place);
  if (rest === '' || /[*?[\]]/.test(rest)) return [null, [invalidValue(place, text, allowedText)]];
  return [{ kind: 'named', name: rest, of }, []];
}

const allowedText = 'a named input, or a pattern that starts with {projectRoot} or {workspaceRoot}';
const filesetStart = /^!?\{(projectRoot|workspaceRoot)\}/;

function parseFileset(pattern: unknown, of: InputScope, place: Place): Parsed<InputDefinition | null> {
  if (typeof pattern !== 'string' || !filesetStart.test(pattern)) {
    return [null, [invalidValue(place, pattern, 'a pattern that starts with {projectRoot} or {workspaceRoot}')]];
  }
  return [{ kind: 'fileset', pattern, of }, []];
}

interface ObjectKind {
  readonly key: string;
  readonly otherKeys: readonly string[];
  readonly parse: (raw: JsonObject, place: Place) => Parsed<InputDefinition | null>;
}

/** The first whose key is present decides. */
const objectKinds: readonly ObjectKind[] = [
  { key: 'fileset', otherKeys: ['dependencies', 'includeIgnored', 'always'], parse: parseFilesetObject },
  { key: 'input', otherKeys: ['projects', 'dependencies', 'always'], parse: parseNamedObject },
  {
    key: 'runtime',
    otherKeys: [],
    parse: (raw, place) =>
      parseText(raw['runtime'], placeAt(place, 'runtime'), (command) => ({ kind: 'runtime', command })),
  },
  {
    key: 'env',
    otherKeys: [],
    parse: (raw, place) => parseText(raw['env'], placeAt(place, 'env'), (name) => ({ kind: 'env', name })),
  },
  { key: 'externalDependencies', otherKeys: [], parse: parseExternal },
  { key: 'dependentTasksOutputFiles', otherKeys: ['transitive', 'from'], parse: parseDependentOutputs },
  { key: 'workingDirectory', otherKeys: [], parse: parseWorkingDirectory },
  { key: 'json', otherKeys: ['fields', 'excludeFields', 'always'], parse: parseJsonInput },
  { key: 'platform', otherKeys: [], parse: parsePlatform },
];

function parseFilesetObject(raw: JsonObject, place: Place): Parsed<InputDefinition | null> {
  const of = raw['dependencies'] === true ? dependencies : self;
  const [input, problems] = parseFileset(raw['fileset'], of, placeAt(place, 'fileset'));
  if (input?.kind !== 'fileset' || raw['includeIgnored'] !== true) return [input, problems];
  return [{ ...input, includeIgnored: true }, problems];
}

function parseNamedObject(raw: JsonObject, place: Place): Parsed<InputDefinition | null> {
  const [of, problems] = parseNamedScope(raw, place);
  if (of === null) return [null, problems];
  return parseText(raw['input'], placeAt(place, 'input'), (name) => ({ kind: 'named', name, of }));
}

/** The strings `self` and `dependencies` are how older majors of Nx spelled the scope. */
function parseNamedScope(raw: JsonObject, place: Place): Parsed<InputScope | null> {
  const projects = raw['projects'];
  if (projects === undefined || projects === 'self') return [raw['dependencies'] === true ? dependencies : self, []];
  if (projects === 'dependencies') return [dependencies, []];
  const [names, problems] = parseTextList(projects, placeAt(place, 'projects'));
  if (names === null) return [null, problems];
  return [{ kind: raw['dependencies'] === true ? 'dependencies-of' : 'projects', projects: names }, problems];
}

function parseExternal(raw: JsonObject, place: Place): Parsed<InputDefinition | null> {
  const [packages, problems] = parseTextList(raw['externalDependencies'], placeAt(place, 'externalDependencies'));
  return [packages === null ? null : { kind: 'external', packages }, problems];
}

function parseDependentOutputs(raw: JsonObject, place: Place): Parsed<InputDefinition | null> {
  const [from, problems] = raw['from'] === undefined ? [null, []] : parseTextList(raw['from'], placeAt(place, 'from'));
  if (problems.length > 0) return [null, problems];
  return parseText(raw['dependentTasksOutputFiles'], placeAt(place, 'dependentTasksOutputFiles'), (pattern) => ({
    kind: 'dependent-outputs',
    pattern,
    transitive: raw['transitive'] === true,
    ...(from === null ? {} : { from }),
  }));
}

function parseWorkingDirectory(raw: JsonObject, place: Place): Parsed<InputDefinition | null> {
  const mode = raw['workingDirectory'];
  if (mode === 'absolute' || mode === 'relative') return [{ kind: 'working-directory', mode }, []];
  return [null, [invalidValue(placeAt(place, 'workingDirectory'), mode, '"absolute" or "relative"')]];
}

function parseJsonInput(raw: JsonObject, place: Place): Parsed<InputDefinition | null> {
  const pattern = raw['json'];
  if (typeof pattern !== 'string' || pattern.startsWith('!') || !filesetStart.test(pattern)) {
    const allowed = 'a path or pattern that starts with {projectRoot} or {workspaceRoot}';
    return [null, [invalidValue(placeAt(place, 'json'), pattern, allowed)]];
  }
  const [fields, fieldProblems] = parseOptionalList(raw['fields'], placeAt(place, 'fields'));
  const [excludeFields, excludeProblems] = parseOptionalList(raw['excludeFields'], placeAt(place, 'excludeFields'));
  const problems = [...fieldProblems, ...excludeProblems];
  return [{ kind: 'json', pattern, fields, excludeFields: excludeFields ?? [] }, problems];
}

function parsePlatform(raw: JsonObject, place: Place): Parsed<InputDefinition | null> {
  const of = raw['platform'];
  if (of === 'os' || of === 'os-arch') return [{ kind: 'platform', of }, []];
  return [null, [invalidValue(placeAt(place, 'platform'), of, '"os" or "os-arch"')]];
}

function parsePluginInput(raw: JsonObject, place: Place): Parsed<InputDefinition | null> {
  const [entry, ...others] = Object.entries(raw);
  if (entry === undefined || others.length > 0) {
    const allowed = `an object with one of ${objectKinds.map(({ key }) => `"${key}"`).join(', ')}`;
    return [null, [invalidValue(place, raw, allowed)]];
  }
  const [inputKind, value] = entry;
  return [{ kind: 'plugin', inputKind, options: isJsonObject(value) ? value : { value } }, []];
}

function parseText(
  raw: unknown,
  place: Place,
  build: (text: string) => InputDefinition,
): Parsed<InputDefinition | null> {
  if (typeof raw === 'string' && raw !== '') return [build(raw), []];
  return [null, [invalidValue(place, raw, 'a string that is not empty')]];
}

function parseTextList(raw: unknown, place: Place): Parsed<readonly string[] | null> {
  const list: unknown = typeof raw === 'string' ? [raw] : raw;
  if (Array.isArray(list) && list.every((entry) => typeof entry === 'string')) return [list, []];
  return [null, [invalidValue(place, raw, 'an array of strings')]];
}

function parseOptionalList(raw: unknown, place: Place): Parsed<readonly string[] | null> {
  return raw === undefined ? [null, []] : parseTextList(raw, place);
}

function findUnknownKeys(raw: JsonObject, known: readonly string[], place: Place): readonly Problem[] {
  return Object.keys(raw)
    .filter((key) => !known.includes(key))
    .map((key) => unknownKey(placeAt(place, key), findNearNames(key, known), 'warning'));
}
