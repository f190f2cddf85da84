import { realpathSync } from 'node:fs';
import type { SpawnRequest } from '@larder/core';

export interface PlainCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A command line that every shell reads as one program and its arguments, as this program: a shell that starts it costs
 * a millisecond of CPU time, and mostly waits beside it until it ends. Null where a shell has to read the line, and on
 * platforms where this was not measured. Who cannot start the program asks the shell after all, and so prints what a
 * shell prints.
 */
export function findPlainCommand(
  { command, cwdAbsolute, env }: SpawnRequest,
  platform: NodeJS.Platform,
): PlainCommand | null {
  if (platform !== 'linux' || command.kind !== 'shell' || !plainLine.test(command.line)) return null;
  const [file = '', ...args] = command.line.trim().split(/ +/);
  if (shellWords.has(file) || env.PATH === undefined || env.PATH === '') return null;
  // As bash exports a function: it goes before programs of its name.
  if (env[`BASH_FUNC_${file}%%`] !== undefined) return null;
  const folder = findRealPath(cwdAbsolute);
  return folder === null ? null : { file, args, env: { ...env, PWD: folder } };
}

/** No quotes, variables, patterns, redirections or assignments, and nothing that some shell may take for one. */
const plainLine = /^ *[\w./-]+(?: +[\w./:=@,+-]+)* *$/;

/** Reserved words, and commands that are a shell's own, in dash, bash, ksh, mksh, zsh and BusyBox. */
const shellWords: ReadonlySet<string> = new Set(
  (
    '. : alias autoload bg bind break builtin caller case cd chdir command compgen complete compopt continue coproc ' +
    'declare dirs disown do done echo elif else enable esac eval exec exit export false fc fg fi float for function ' +
    'functions getopts global hash help hist history if in integer jobs kill let local logout mapfile nameref newgrp ' +
    'nocorrect noglob popd print printf pushd pwd r read readarray readonly rehash repeat return select set setopt shift ' +
    'shopt source stop suspend test then time times trap true type typeset ulimit umask unalias unfunction unset ' +
    'unsetopt until wait whence where which while'
  ).split(' '),
);

/** What a shell exports as `PWD` where it is given none. */
function findRealPath(absolute: string): string | null {
  try {
    return realpathSync.native(absolute);
  } catch {
    return null;
  }
}
