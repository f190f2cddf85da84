import { readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { ExecutorContext } from '@larder/core';
import type { RunCommandsOptions } from './parse-run-commands-options.ts';

export type CommandEnv =
  | {
      readonly kind: 'env';
      readonly variables: Readonly<Record<string, string>>;
      /** Whether the commands are told to print colours. */
      readonly colored: boolean;
    }
  | { readonly kind: 'unreadable'; readonly detail: string };

/**
 * What `env` says, then the task's environment, then `envFile`, as in Nx. PATH is that of the task, with the tools of the
 * working folder before it.
 */
export function readCommandEnv(options: RunCommandsOptions, context: ExecutorContext, cwdAbsolute: string): CommandEnv {
  const fromFile = readEnvFile(options.envFile, context.workspaceRootAbsolute);
  if (typeof fromFile === 'string') return { kind: 'unreadable', detail: fromFile };
  const outer: Record<string, string> = { ...fromFile, ...context.env };
  const pathName = Object.keys(outer).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  const binaries = join(cwdAbsolute, 'node_modules', '.bin');
  const path = [binaries, outer[pathName]].filter((entry) => entry).join(delimiter);
  const variables: Record<string, string> = { ...outer, ...options.env, [pathName]: path };
  if (options.color) variables.FORCE_COLOR = 'true';
  return { kind: 'env', variables, colored: isOn(variables.FORCE_COLOR) };
}

/** A text is the reason why the file could not be read. */
function readEnvFile(file: string | null, workspaceRootAbsolute: string): Record<string, string> | string {
  if (file === null) return {};
  try {
    const parsed = parseEnv(readFileSync(resolve(workspaceRootAbsolute, file), 'utf8'));
    return Object.fromEntries(
      Object.entries(parsed).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
  } catch (error) {
    return `"envFile": ${error instanceof Error ? error.message : String(error)}`;
  }
}

function isOn(forceColor: string | undefined): boolean {
  return forceColor !== undefined && forceColor !== '0' && forceColor !== 'false';
}
