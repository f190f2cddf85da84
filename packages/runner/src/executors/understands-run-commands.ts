import type { Task } from '@larder/core';
import { namesOwnOption, parseRunCommandsOptions, type RunCommandsOptions } from './parse-run-commands-options.ts';

/**
 * Whether `nx:run-commands` here does with these options and arguments exactly what Nx's own does. It reads arguments
 * with a parser that turns some texts into numbers or lists, quotes them so that the shell still looks into some, and
 * merges files of variables by rules of its own: where that could show, Nx has to run the task.
 */
export function understandsRunCommands(task: Task): boolean {
  const parsed = parseRunCommandsOptions(task.options);
  if (parsed.kind === 'invalid') return false;
  const { options } = parsed;
  return (
    options.envFile === null &&
    !task.args.some(namesOwnOption) &&
    [...task.args, ...Object.values(options.extra)].every(arrivesUnchanged) &&
    !mentionsExtra(options) &&
    !hasForbiddenStyle(options) &&
    options.commands.every(({ line }) => hasPlainTokens(line, options))
  );
}

/** Larder quotes what a shell would read, Nx puts double quotes around spaces: the same for such texts. */
function arrivesUnchanged(argument: string): boolean {
  return /^[\p{L}\p{N}_@%+=:,./ -]+$/u.test(argument);
}

/** Nx gives an option that it does not know only once where the text of `args` has it, too. */
function mentionsExtra({ args, extra }: RunCommandsOptions): boolean {
  return Object.keys(extra).some((name) => args.includes(`--${name}`) || args.includes(`--no-${name}`));
}

/** Nx ends such a task with an error. */
function hasForbiddenStyle({ commands, parallel }: RunCommandsOptions): boolean {
  return !parallel && commands.some(({ style }) => Object.keys(style).length > 0);
}

function hasPlainTokens(line: string, { args }: RunCommandsOptions): boolean {
  if (!line.includes('{args.')) return true;
  const names = [...line.matchAll(/\{args\.([^}]*)\}?/g)].map(([, name = '']) => name);
  return !line.includes('{args}') && names.every((name) => /^[\w-]+$/.test(name)) && hasPlainPairs(args);
}

/** `--name=value` with names that are no path and values that are the same after they were read as a number. */
function hasPlainPairs(args: string): boolean {
  const words = args.split(' ').filter((word) => word !== '');
  const pairs = words.map(
    (word) => /^--([a-z][a-z0-9]*)=((?:\.{0,2}\/|[a-z_])[\w./:@-]*|0|[1-9]\d{0,14})$/i.exec(word)?.[1],
  );
  return !pairs.includes(undefined) && new Set(pairs).size === pairs.length;
}
