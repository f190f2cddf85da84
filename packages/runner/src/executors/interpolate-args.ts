import { quoteShellArgument } from '@larder/core';

export interface ForwardedArgs {
  /** Options of the target that the executor does not know. */
  readonly extra: Readonly<Record<string, string>>;
  /** Raw text of the command line, from the target's `args` option. */
  readonly text: string;
  /** What stood after `--`. */
  readonly given: readonly string[];
}

/**
 * Puts arguments into a command line as Nx does: `{args.name}` takes one value, `{args}` takes all,
 * and a line with neither gets all of them at its end where `forwardAll` says so. `{args.name}` is
 * replaced as it stands, since the line may have it between quotes of its own; the rest is quoted.
 */
export function interpolateArgs(
  line: string,
  args: ForwardedArgs,
  options: { readonly forwardAll: boolean; readonly platform: NodeJS.Platform },
): string {
  if (line.includes('{args.')) {
    const values = namedValues(args);
    return line.replace(/\{args\.([^{}]+)\}/g, (_, name: string) => values.get(name) ?? '');
  }
  if (line.includes('{args}')) return line.replaceAll('{args}', () => allArguments(args, options.platform).join(' '));
  return options.forwardAll ? [line, ...allArguments(args, options.platform)].join(' ') : line;
}

function allArguments(args: ForwardedArgs, platform: NodeJS.Platform): readonly string[] {
  const given = new Set(parseNamed(args.given).keys());
  const extra = Object.entries(args.extra)
    .filter(([name]) => !given.has(name))
    .map(([name, value]) => quoteShellArgument(`--${name}=${value}`, platform));
  return [...extra, args.text, ...args.given.map((argument) => quoteShellArgument(argument, platform))].filter(
    (argument) => argument !== '',
  );
}

/** Later ones win: the target's options, then its `args`, then what stood after `--`. */
function namedValues(args: ForwardedArgs): ReadonlyMap<string, string> {
  return new Map([...Object.entries(args.extra), ...parseNamed(splitWords(args.text)), ...parseNamed(args.given)]);
}

/** `--name=value`, `--name value`, `--name` (true) and `--no-name` (false). */
function parseNamed(args: readonly string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  args.forEach((argument, index) => {
    const match = /^--([^=]+)(?:=([\s\S]*))?$/.exec(argument);
    const name = match?.[1];
    if (name === undefined) return;
    const next = args[index + 1];
    if (match?.[2] !== undefined) values.set(name, match[2]);
    else if (next !== undefined && !next.startsWith('-')) values.set(name, next);
    else if (name.startsWith('no-')) values.set(name.slice(3), 'false');
    else values.set(name, 'true');
  });
  return values;
}

/** Words of a command line, with single and double quotes taken off. */
function splitWords(text: string): readonly string[] {
  return [...text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'),
  );
}
