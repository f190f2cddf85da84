import type { ArgumentDescription, CommandDescription, OptionDescription } from '../argv/describe-commands.ts';

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** What a word may be, for which the workspace or its history has to be asked. */
export type NameKind = 'projects' | 'targets' | 'tasks' | 'runs';

export interface Completion {
  readonly candidates: readonly Candidate[];
  /** Names to be added to the candidates. */
  readonly names: readonly NameKind[];
}

const nothing: Completion = { candidates: [], names: [] };

/** `words` are those after `larder`; the last one is being typed, and may be empty. */
export function completeWords(words: readonly string[], commands: readonly CommandDescription[]): Completion {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? '';
  if (before.includes('--')) return nothing;
  const command = findCommand(before, commands);
  if (command === null) return completeFirst(before, current, commands);
  if (current.startsWith('-')) return { candidates: command.options.flatMap(toCandidates), names: [] };
  const option = findOpenOption(before, command);
  if (option !== null) return completeValue(option);
  const below = subcommandsOf(command, commands);
  if (below.length > 0) return { candidates: below, names: [] };
  return command.arguments.length === 0 ? nothing : completeArgument(command);
}

/** The longest path of commands that the words begin with; a task as the first word is `run`. */
function findCommand(before: readonly string[], commands: readonly CommandDescription[]): CommandDescription | null {
  if (before[0]?.includes(':') === true) return commands.find(({ path }) => path.join(' ') === 'run') ?? null;
  const fits = commands.filter(({ path }) => path.every((word, index) => before[index] === word));
  return fits.toSorted((a, b) => b.path.length - a.path.length)[0] ?? null;
}

function completeFirst(
  before: readonly string[],
  current: string,
  commands: readonly CommandDescription[],
): Completion {
  if (before.length > 0) return nothing;
  if (current.startsWith('-')) {
    return {
      candidates: [
        { value: '--help', description: '' },
        { value: '--version', description: '' },
      ],
      names: [],
    };
  }
  const names = commands.filter(({ path }) => path.length === 1);
  // Reading the workspace for names of tasks takes time, so only once it is clear that one is meant.
  return {
    candidates: names.map(({ path, description }) => ({ value: path[0] ?? '', description })),
    names: current.includes(':') ? ['tasks'] : [],
  };
}

function subcommandsOf({ path }: CommandDescription, commands: readonly CommandDescription[]): readonly Candidate[] {
  return commands
    .filter((each) => each.path.length === path.length + 1 && path.every((word, index) => each.path[index] === word))
    .map((each) => ({ value: each.path.at(-1) ?? '', description: each.description }));
}

function toCandidates({ names, description }: OptionDescription): readonly Candidate[] {
  const [long] = names;
  return long === undefined ? [] : [{ value: long, description }];
}

/** The option whose value is being typed: the last word, or of an option with many values any word before. */
function findOpenOption(before: readonly string[], { options }: CommandDescription): OptionDescription | null {
  const place = before.findLastIndex((word) => word.startsWith('-'));
  const option = options.find(({ names }) => names.includes(before[place] ?? ''));
  if (option === undefined || !option.takesValue) return null;
  return option.variadic || place === before.length - 1 ? option : null;
}

const choices: ReadonlyMap<string, readonly string[]> = new Map([
  ['--output-style', ['tui', 'stream', 'static', 'static-failures', 'ndjson']],
  ['--continue', ['never', 'dependencies-successful', 'always']],
  ['--dry-run', ['text', 'json']],
]);

function completeValue({ names }: OptionDescription): Completion {
  const [long = ''] = names;
  if (long === '--targets' || long === '--with-target') return { candidates: [], names: ['targets'] };
  if (long === '--projects' || long === '--exclude') return { candidates: [], names: ['projects'] };
  return { candidates: (choices.get(long) ?? []).map((value) => ({ value, description: '' })), names: [] };
}

function completeArgument({ arguments: definitions }: CommandDescription): Completion {
  const [{ name }] = definitions as readonly [ArgumentDescription];
  switch (name) {
    case 'tasks':
    case 'task':
      return { candidates: [], names: ['tasks'] };
    case 'project':
      return { candidates: [], names: ['projects'] };
    case 'run':
    case 'a':
      return { candidates: ['last', 'previous'].map((value) => ({ value, description: '' })), names: ['runs'] };
    case 'shell':
      return { candidates: ['bash', 'zsh', 'fish'].map((value) => ({ value, description: '' })), names: [] };
    default:
      return nothing;
  }
}
