import { isJsonObject } from '@larder/core';
import type { JsonObject, JsonValue } from '@larder/core';
import type { LineStyle } from './style-lines.ts';

export interface CommandOptions {
  readonly line: string;
  readonly forwardAllArgs: boolean;
  readonly style: LineStyle;
}

export interface RunCommandsOptions {
  readonly commands: readonly CommandOptions[];
  readonly parallel: boolean;
  /** Texts that must all have been printed before the task counts as ready; none: it is ready when it has started. */
  readonly readyWhen: readonly string[];
  readonly cwd: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly envFile: string | null;
  /** Raw text of the command line, as the configuration writes it. */
  readonly args: string;
  readonly color: boolean;
  /** Options that the executor does not know: they become arguments, `--name=value`. */
  readonly extra: Readonly<Record<string, string>>;
}

export type ParsedRunCommandsOptions =
  | { readonly kind: 'valid'; readonly options: RunCommandsOptions }
  | { readonly kind: 'invalid'; readonly detail: string };

/** The last line is Nx's own, without a meaning here: output is always a pipe, and arguments come from the task. */
const knownKeys = new Set(
  `command commands parallel readyWhen cwd args env envFile color forwardAllArgs
  no-color no-parallel __unparsed__ usePty streamOutput verbose tty`.split(/\s+/),
);

/** Whether an argument sets one of the executor's own options, as Nx lets it: `--cwd=…`, `--env.NAME=…`, `--no-color`. */
export function namesOwnOption(argument: string): boolean {
  const name = /^--(?:no-)?([^=.]+)/.exec(argument)?.[1];
  return name !== undefined && knownKeys.has(name);
}

/** Reads the options of `nx:run-commands`, as Nx 24 documents them. Values of a wrong type count as not given. */
export function parseRunCommandsOptions(options: JsonObject): ParsedRunCommandsOptions {
  const commands = parseCommands(options);
  if (commands === null) return { kind: 'invalid', detail: 'its options have neither "command" nor "commands"' };
  const parallel = options.parallel !== false && options.parallel !== 'false';
  const readyWhen = textList(options.readyWhen);
  if (readyWhen.length > 0 && commands.length > 1 && !parallel) {
    return { kind: 'invalid', detail: '"readyWhen" with several commands needs "parallel": true' };
  }
  return {
    kind: 'valid',
    options: {
      commands,
      parallel,
      readyWhen,
      cwd: textOrNull(options.cwd),
      env: parseEnv(options.env),
      envFile: textOrNull(options.envFile),
      args: textList(options.args).join(' '),
      color: options.color === true,
      extra: parseExtra(options),
    },
  };
}

function parseCommands(options: JsonObject): readonly CommandOptions[] | null {
  const forwardAllArgs = options.forwardAllArgs !== false;
  const single = textList(options.command);
  if (single.length > 0) return [{ line: single.join(' '), forwardAllArgs, style: {} }];
  if (!Array.isArray(options.commands)) return null;
  const commands = (options.commands as readonly JsonValue[]).map((entry) => parseCommand(entry, forwardAllArgs));
  return commands.includes(null) ? null : commands.filter((command) => command !== null);
}

function parseCommand(entry: JsonValue, forwardAllArgs: boolean): CommandOptions | null {
  if (typeof entry === 'string') return { line: entry, forwardAllArgs, style: {} };
  if (!isJsonObject(entry) || typeof entry.command !== 'string') return null;
  const forward = entry.forwardAllArgs;
  return {
    line: entry.command,
    forwardAllArgs: typeof forward === 'boolean' ? forward : forwardAllArgs,
    style: {
      ...(typeof entry.prefix === 'string' && { prefix: entry.prefix }),
      ...(typeof entry.prefixColor === 'string' && { prefixColor: entry.prefixColor }),
      ...(typeof entry.color === 'string' && { color: entry.color }),
      ...(typeof entry.bgColor === 'string' && { backgroundColor: entry.bgColor }),
    },
  };
}

function parseEnv(value: JsonValue | undefined): Readonly<Record<string, string>> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, entry]) => (isScalar(entry) ? [[name, `${entry}`]] : [])),
  );
}

function parseExtra(options: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, value]) =>
      !knownKeys.has(name) && isScalar(value) ? [[name, `${value}`]] : [],
    ),
  );
}

function isScalar(value: JsonValue | undefined): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function textOrNull(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function textList(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
}
