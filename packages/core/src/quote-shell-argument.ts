const safePosix = /^[A-Za-z0-9_@%+=:,./-]+$/;
const safeWindows = /^[A-Za-z0-9_@+:,./\\-]+$/;
const windowsMeta = /[()%!^"<>&|]/g;

/**
 * Writes an argument so that the platform's shell hands it over unchanged. For `cmd.exe` by the rules
 * of CommandLineToArgvW and a caret before everything that the shell itself would read; a line break
 * cannot be given to `cmd.exe` and becomes a space.
 */
export function quoteShellArgument(argument: string, platform: NodeJS.Platform): string {
  return platform === 'win32' ? quoteForWindows(argument) : quoteForPosix(argument);
}

function quoteForPosix(argument: string): string {
  return safePosix.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

function quoteForWindows(argument: string): string {
  if (safeWindows.test(argument)) return argument;
  const quoted = argument
    .replace(/\r?\n/g, ' ')
    .replace(/(\\*)"/g, '$1$1\\"')
    .replace(/(\\*)$/, '$1$1');
  return `"${quoted}"`.replace(windowsMeta, '^$&');
}

/** A command line followed by arguments, each quoted. */
export function appendArguments(line: string, args: readonly string[], platform: NodeJS.Platform): string {
  return [line, ...args.map((argument) => quoteShellArgument(argument, platform))].join(' ');
}
