import { parseNamedArgs, type JsonValue } from '@larder/core';

/**
 * Turns the words after `--` into the options that Nx hands to an executor. Words without a name stand under `_`, and
 * `__overrides_unparsed__` always holds all.
 */
export function parseOverrides(args: readonly string[]): Readonly<Record<string, JsonValue>> {
  const named = Object.entries(parseNamedArgs(args)).map(([name, value]) => [toCamelCase(name), value] as const);
  const others = listUnnamed(args);
  return { ...Object.fromEntries(named), ...(others.length > 0 && { _: others }), __overrides_unparsed__: args };
}

/** Neither names nor the value that a name takes. */
function listUnnamed(args: readonly string[]): readonly string[] {
  const takesNext = (word: string | undefined): boolean => word !== undefined && /^--(?!no-)[A-Za-z][^=]*$/.test(word);
  return args.filter((word, index) => !word.startsWith('-') && !takesNext(args[index - 1]));
}

function toCamelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
