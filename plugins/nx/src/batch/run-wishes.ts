import { isJsonObject } from '@larder/core';
import { runIdOf, type NxRunContext } from '../plugin/nx-context.ts';

/** What the batch executor has to know of the run that it is a part of, and what Nx tells only the plugin's hooks. */
export interface RunWishes {
  /** Names the run between the hooks and its batches. */
  readonly runId: string;
  /** Null where nobody said so on the command line. */
  readonly parallel: number | null;
  /** Nothing more is to start after a failure. */
  readonly bail: boolean;
  readonly skipRemoteCache: boolean;
  /** Null where nobody said so on the command line. */
  readonly outputStyle: string | null;
}

export const wishesName = 'LARDER_NX_RUN';

/** For the environment of the run, which Nx hands on to the batches. */
export function writeWishes(context: NxRunContext): string {
  const own = ownWords(context);
  const wishes: RunWishes = {
    runId: runIdOf(context),
    parallel: readParallel(own),
    bail: hasFlag(own, 'nx-bail', 'nxBail'),
    skipRemoteCache: hasFlag(own, 'skip-remote-cache', 'skipRemoteCache'),
    outputStyle: readValue(own, /^--output-?style(?:=|$)/i),
  };
  return JSON.stringify(wishes);
}

/** Whether nx was told to ask no cache. Nx 20 does not say how it was called. */
export function skipsCache(context: NxRunContext, env: Readonly<Record<string, string | undefined>>): boolean {
  const isSet = ['NX_SKIP_NX_CACHE', 'NX_DISABLE_NX_CACHE'].some((name) => env[name] === 'true');
  return isSet || hasFlag(ownWords(context), 'skip-nx-cache', 'skipNxCache', 'disable-nx-cache', 'disableNxCache');
}

/** What stands before the words for the tasks. */
function ownWords({ argv = [] }: NxRunContext): readonly string[] {
  const separator = argv.indexOf('--');
  return argv.slice(2, separator === -1 ? undefined : separator);
}

/** Null where the plugin's hooks take no part in the run. */
export function readWishes(text: string | undefined): RunWishes | null {
  if (text === undefined || text === '') return null;
  const value = parseJson(text);
  if (!isJsonObject(value)) return null;
  const { runId, parallel, bail, skipRemoteCache, outputStyle } = value;
  if (typeof runId !== 'string') return null;
  return {
    runId,
    parallel: typeof parallel === 'number' && Number.isInteger(parallel) && parallel > 0 ? parallel : null,
    bail: bail === true,
    skipRemoteCache: skipRemoteCache === true,
    outputStyle: typeof outputStyle === 'string' ? outputStyle : null,
  };
}

/** `--parallel=4`, `--parallel 4`; `--parallel=false` is one at a time, and `--parallel` alone says nothing. */
function readParallel(argv: readonly string[]): number | null {
  const value = readValue(argv, /^--(?:max-?)?parallel(?:=|$)/i);
  if (value === 'false') return 1;
  return value !== null && /^[1-9]\d{0,3}$/.test(value) ? Number(value) : null;
}

/** What stands behind the last of these names, in the same word or in the next. */
function readValue(argv: readonly string[], name: RegExp): string | null {
  const at = argv.findLastIndex((word) => name.test(word));
  const word = argv[at];
  if (word === undefined) return null;
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : (argv[at + 1] ?? null);
}

function hasFlag(argv: readonly string[], ...names: readonly string[]): boolean {
  const last = argv.findLast((word) => names.some((name) => word === `--${name}` || word.startsWith(`--${name}=`)));
  return last !== undefined && !last.endsWith('=false');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
