import type { Executor } from '@larder/core';
import { noop } from './noop.ts';
import { runCommands } from './run-commands.ts';
import { runScript } from './run-script.ts';

/** What needs neither Nx nor a plugin. */
export const builtinExecutors: readonly Executor[] = [runScript, runCommands, noop];
