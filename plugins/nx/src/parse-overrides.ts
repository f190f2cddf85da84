import { parseNamedArgs, type JsonValue } from '@larder/core';

/**
 * Turns the words after `--` into the options that Nx hands to an executor. Words without a name are left
 * to `__overrides_unparsed__`, which always holds all of them.
 */
export function parseOverrides(args: readonly string[]): Readonly<Record<string, JsonValue>> {
  const named = Object.entries(parseNamedArgs(args)).map(([name, value]) => [toCamelCase(name), value] as const);
  return { ...Object.fromEntries(named), __overrides_unparsed__: args };
}

function toCamelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
