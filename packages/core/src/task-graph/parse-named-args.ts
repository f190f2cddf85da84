import { isJsonObject, ownValue } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';

/**
 * The options that words after `--` stand for, as Nx reads them: `--name=value`, `--name value`, `--flag`,
 * `--no-flag`, and dots for nested ones (`--define.api=x`). `true`, `false` and numbers become values of
 * their kind; an option that is given again becomes a list. Words without a name mean nothing here.
 */
export function parseNamedArgs(args: readonly string[]): JsonObject {
  const options: Record<string, JsonValue> = {};
  const end = args.indexOf('--');
  const named = end === -1 ? args : args.slice(0, end);
  for (let index = 0; index < named.length; index++) {
    const match = /^--([A-Za-z][\w.-]*)(?:=(.*))?$/s.exec(named[index] ?? '');
    if (match === null) continue;
    const [, name = '', inline] = match;
    const next = named[index + 1];
    if (inline !== undefined) addOption(options, name, toValue(inline));
    else if (name.startsWith('no-')) addOption(options, name.slice(3), false);
    else if (next === undefined || next.startsWith('-')) addOption(options, name, true);
    else {
      addOption(options, name, toValue(next));
      index++;
    }
  }
  return options;
}

function addOption(options: Record<string, JsonValue>, name: string, value: JsonValue): void {
  const [key = '', ...rest] = name.split('.');
  // The one key that cannot be assigned; nobody has a use for it.
  if (key === '__proto__') return;
  const known = ownValue(options, key);
  if (rest.length > 0) {
    const inner: Record<string, JsonValue> = isJsonObject(known) ? { ...known } : {};
    addOption(inner, rest.join('.'), value);
    options[key] = inner;
  } else if (known === undefined) options[key] = value;
  else options[key] = Array.isArray(known) ? [...(known as readonly JsonValue[]), value] : [known, value];
}

function toValue(text: string): JsonValue {
  if (text === 'true') return true;
  if (text === 'false') return false;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
