import { readFileSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { findUserCache } from '../compile-cache.ts';
import { version } from '../version.ts';
import { readKeptCode, writeKeptCode, type KeptCode } from './code-file.ts';

/** By then it has seen what most runs do. What later runs call for the first time, they compile. */
const learningRuns = 6;
const mostWords = 40;
/** A file that changed just now may be changing still. */
const settledAfterMs = 3_000;
/** Flags of Node may make V8 refuse what it made without them: two ways to start must not write in turns. */
const refusedForMs = 24 * 60 * 60 * 1000;

export interface KeptProcess {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onExit: (listener: (exitCode: number) => void) => void;
}

/**
 * Loads a CommonJS file with the code that V8 made of it in earlier processes, in the user's cache folder. Node's own
 * compile cache keeps what was compiled before the file ran: most functions are compiled when they are first called,
 * which is a quarter of a run. `load` is `require` of that file, for where nothing is to be kept.
 */
export function loadKept(fileAbsolute: string, load: NodeJS.Require, kept: KeptProcess = thisProcess): unknown {
  const { env } = kept;
  // Who measures which code runs needs it to be compiled from the source.
  if (isSet(env['NODE_DISABLE_COMPILE_CACHE']) || isSet(env['NODE_V8_COVERAGE'])) return load(fileAbsolute);
  const cacheFolder = findUserCache(env);
  if (cacheFolder === null) return load(fileAbsolute);
  const stats = statSync(fileAbsolute);
  const origin = describeOrigin(fileAbsolute, stats);
  const codeFile = join(cacheFolder, 'larder', 'code', nameCode(fileAbsolute));
  const known = readKeptCode(codeFile, origin);
  const { script, exports } = run(fileAbsolute, load, known);
  const isRefused = script.cachedDataRejected === true;
  const before = isRefused ? null : known;
  const word = nameCommand(kept.argv);
  const now = Date.now();
  if (hasLearnt(before, word) || stats.ctimeMs + settledAfterMs > now) return exports;
  if (isRefused && (known?.writtenAtMs ?? 0) + refusedForMs > now) return exports;
  kept.onExit((exitCode) => {
    if (exitCode > 1) return;
    const words = [...new Set([...(before?.words ?? []), word])];
    const generation = (before?.generation ?? 0) + 1;
    writeKeptCode(codeFile, origin, { code: script.createCachedData(), generation, words });
  });
  return exports;
}

/** What code is made of: another file, another Larder or another Node has no use for it. */
export function describeOrigin(fileAbsolute: string, { size, mtimeMs, ctimeMs, ino }: Stats): string {
  return [fileAbsolute, version, process.version, process.arch, size, mtimeMs, ctimeMs, ino].join(' ');
}

const thisProcess: KeptProcess = {
  get argv() {
    return process.argv.slice(2);
  },
  get env() {
    return process.env;
  },
  onExit: (listener) => void process.on('exit', listener),
};

/** What a module of a bundle finds around it. `importHere` stands for `import`, which a script has none of. */
const parameters = ['exports', 'require', 'module', '__filename', '__dirname', 'importHere'];

type Wrapped = (...given: readonly unknown[]) => void;

function run(fileAbsolute: string, load: NodeJS.Require, known: KeptCode | null) {
  const source = `(function(${parameters.join(',')}){\n${readFileSync(fileAbsolute, 'utf8')}\n})`;
  const script = new Script(source, {
    filename: fileAbsolute,
    lineOffset: -1,
    ...(known === null ? {} : { cachedData: known.code }),
  });
  const module = { exports: {} };
  const importHere = (specifier: string): Promise<unknown> => import(specifier);
  const wrapped = script.runInThisContext() as Wrapped;
  wrapped.call(module.exports, module.exports, load, module, fileAbsolute, join(fileAbsolute, '..'), importHere);
  return { script, exports: module.exports as unknown };
}

/** A command's code is in there when it ran once; that of the runs, which differ, when a few of them did. */
function hasLearnt(known: KeptCode | null, word: string): boolean {
  if (known === null || known.generation < learningRuns) return false;
  return known.words.includes(word) || known.words.length >= mostWords;
}

function nameCommand([word = '']: readonly string[]): string {
  return /^[a-z-]{1,20}$/.test(word) ? word : '';
}

/** One file for each place where Larder is installed, which the next version there replaces. */
function nameCode(fileAbsolute: string): string {
  let sum = 0;
  for (let index = 0; index < fileAbsolute.length; index++)
    sum = (Math.imul(sum, 31) + fileAbsolute.charCodeAt(index)) >>> 0;
  return `${process.version}-${process.arch}-${sum.toString(16).padStart(8, '0')}`;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
