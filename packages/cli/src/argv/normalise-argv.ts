interface OptionalValue {
  /** What the flag means when nothing follows. */
  readonly bare: string;
  /** The next word belongs to the flag only if it looks like this. */
  readonly pattern: RegExp;
}

const optionalValues: ReadonlyMap<string, OptionalValue> = new Map([
  ['--dry-run', { bare: 'text', pattern: /^(text|json)$/ }],
  ['--graph', { bare: '-', pattern: /^[^-].*\.(json|dot|txt|html)$/ }],
  ['--continue', { bare: 'always', pattern: /^(never|dependencies-successful|always)$/ }],
  ['--record', { bare: 'larder.run.json', pattern: /^[^-].*\.json$/ }],
  ['--profile', { bare: 'larder.profile.json', pattern: /^[^-].*\.json$/ }],
]);

/**
 * Makes what Nx's users type into what the command definitions expect: `--skipNxCache` is
 * `--skip-nx-cache`, `-t=build` is `-t build`, and a flag with an optional value takes the next word
 * only when it is such a value, so that `larder run --dry-run web:build` means what it says. Words
 * after `--` are left alone.
 */
export function normaliseArgv(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  const words: string[] = [];
  for (let index = 0; index < own.length; index++) {
    const word = normaliseWord(own[index]!);
    const optional = optionalValues.get(word[0]!);
    if (optional === undefined) words.push(...word);
    else if (optional.pattern.test(own[index + 1] ?? '')) words.push(`${word[0]!}=${own[++index]!}`);
    else words.push(`${word[0]!}=${optional.bare}`);
  }
  return end === -1 ? words : [...words, ...argv.slice(end)];
}

function normaliseWord(word: string): readonly string[] {
  if (/^-[a-zA-Z]=/.test(word)) return [word.slice(0, 2), word.slice(3)];
  if (!word.startsWith('--')) return [word];
  const equals = word.indexOf('=');
  return equals === -1 ? [toKebabCase(word)] : [toKebabCase(word.slice(0, equals)) + word.slice(equals)];
}

function toKebabCase(flag: string): string {
  return flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
