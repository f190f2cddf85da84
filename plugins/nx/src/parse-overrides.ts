import type { JsonValue } from '@larder/core';

/**
 * Turns the words after `--` into the options that Nx hands to an executor: `--name=value`, `--name
 * value`, `--flag`, `--no-flag`; `true`, `false` and numbers become values of their kind. Words without a
 * name are left to `__overrides_unparsed__`, which always holds all of them.
 */
export function parseOverrides(args: readonly string[]): Readonly<Record<string, JsonValue>> {
  const overrides: Record<string, JsonValue> = {};
  for (let index = 0; index < args.length; index++) {
    const match = /^--([A-Za-z][\w.-]*)(?:=(.*))?$/s.exec(args[index]!);
    if (match === null) continue;
    const [, name, inline] = match;
    const next = args[index + 1];
    if (inline !== undefined) overrides[toCamelCase(name!)] = toValue(inline);
    else if (name!.startsWith('no-')) overrides[toCamelCase(name!.slice(3))] = false;
    else if (next === undefined || next.startsWith('-')) overrides[toCamelCase(name!)] = true;
    else {
      overrides[toCamelCase(name!)] = toValue(next);
      index++;
    }
  }
  return { ...overrides, __overrides_unparsed__: args };
}

function toCamelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function toValue(text: string): JsonValue {
  if (text === 'true') return true;
  if (text === 'false') return false;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
