import type { CommandLine } from '@larder/core';

export interface ChildCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** Windows only: the arguments are one text that `cmd.exe` reads by its own rules. */
  readonly verbatim: boolean;
}

/** What the operating system is asked to start. `env` is the child's: it names the shell on Windows. */
export function toChildCommand(
  command: CommandLine,
  env: Readonly<Record<string, string>>,
  platform: NodeJS.Platform,
): ChildCommand {
  if (command.kind === 'exec') return { file: command.file, args: command.args, verbatim: false };
  if (platform === 'win32') {
    const shell = env.ComSpec ?? env.COMSPEC ?? 'cmd.exe';
    return { file: shell, args: ['/d', '/s', '/c', `"${command.line}"`], verbatim: true };
  }
  return { file: '/bin/sh', args: ['-c', command.line], verbatim: false };
}
