import { createRequire } from 'node:module';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { writeKeptCode } from './code-file.ts';
import { describeOrigin, loadKept } from './load-kept.ts';

let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'larder-code-'));
  file = join(folder, 'part.cjs');
  write('module.exports = { add: (a, b) => a + b };');
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

function write(source: string): void {
  writeFileSync(file, source);
}

/** What a process gets that runs `argv`; it is over when this returns. */
function load(
  argv: readonly string[] = ['run'],
  { exitCode = 0, env = {} } = {},
): { add: (a: number, b: number) => number } {
  // The file is settled: who loads it does so a minute later.
  vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ['Date'] });
  const atExit: ((exitCode: number) => void)[] = [];
  const loaded = loadKept(file, createRequire(file), {
    argv,
    env: { XDG_CACHE_HOME: folder, LOCALAPPDATA: folder, HOME: folder, ...env },
    onExit: (listener) => void atExit.push(listener),
  });
  for (const listener of atExit) listener(exitCode);
  vi.useRealTimers();
  return loaded as ReturnType<typeof load>;
}

const codeFolder = (): string => join(folder, 'larder', 'code');

function keptCode(): Buffer | null {
  try {
    const [name = ''] = readdirSync(codeFolder());
    return readFileSync(join(codeFolder(), name));
  } catch {
    return null;
  }
}

test.skipIf(process.platform === 'darwin')(
  'what was kept last stays when there is more than many installations need',
  () => {
    mkdirSync(codeFolder(), { recursive: true });
    const others = Array.from({ length: 100 }, (_, index) => `other-${String(index).padStart(3, '0')}`);
    for (const [index, name] of others.entries()) {
      writeFileSync(join(codeFolder(), name), '');
      utimesSync(join(codeFolder(), name), index, index);
    }
    load();
    const left = readdirSync(codeFolder()).toSorted();
    expect(left.filter((name) => name.startsWith('other-'))).toEqual(others.slice(-47));
    expect(left).toHaveLength(48);
  },
);

test.skipIf(process.platform === 'darwin')('what was compiled is kept, and used by the next process', () => {
  expect(load().add(1, 2)).toBe(3);
  const first = keptCode();
  expect(first).not.toBeNull();
  expect(load().add(1, 2)).toBe(3);
});

test.skipIf(process.platform === 'darwin')('a few runs teach it, and then nothing is written any more', () => {
  for (let run = 0; run < 6; run++) load();
  const learnt = keptCode();
  load();
  expect(keptCode()).toEqual(learnt);
  load(['why']);
  expect(keptCode()).not.toEqual(learnt);
});

test.skipIf(process.platform === 'darwin')('another source of the same length is compiled anew', () => {
  for (let run = 0; run < 3; run++) load();
  write('module.exports = { add: (a, b) => a - b };');
  expect(load().add(1, 2)).toBe(-1);
});

test.skipIf(process.platform === 'darwin')('the same holds where its time was put back', () => {
  const time = new Date(1_600_000_000_000);
  utimesSync(file, time, time);
  load();
  write('module.exports = { add: (a, b) => a - b };');
  utimesSync(file, time, time);
  expect(load().add(1, 2)).toBe(-1);
});

test.skipIf(process.platform === 'darwin')('code that was damaged or cut short anywhere is not run', () => {
  load();
  const whole = keptCode()!;
  const [name = ''] = readdirSync(codeFolder());
  for (const at of [5, whole.indexOf('\n') + 40, Math.floor(whole.length / 2), whole.length - 5]) {
    const damaged = Buffer.from(whole);
    damaged[at] = damaged[at]! ^ 0x55;
    writeFileSync(join(codeFolder(), name), damaged);
    expect(load(['run'], { exitCode: 2 }).add(1, 2)).toBe(3);
    writeFileSync(join(codeFolder(), name), whole.subarray(0, at));
    expect(load(['run'], { exitCode: 2 }).add(1, 2)).toBe(3);
  }
});

test.skipIf(process.platform === 'darwin')('code that V8 refuses is not used, and not replaced at once', () => {
  load();
  const [name = ''] = readdirSync(codeFolder());
  const codeFile = join(codeFolder(), name);
  // Each time another source: V8 knows what it has compiled in this process.
  for (const [subtrahend, writtenAt] of [Date.now(), 1e12].entries()) {
    write(`module.exports = { add: (a, b) => a + b - ${subtrahend} };`);
    writeKeptCode(codeFile, describeOrigin(file, statSync(file)), {
      code: Buffer.alloc(4096, 7),
      generation: 6,
      words: ['run'],
    });
    utimesSync(codeFile, new Date(writtenAt), new Date(writtenAt));
    const refused = readFileSync(codeFile);
    expect(load().add(1, 2)).toBe(3 - subtrahend);
    expect(readFileSync(codeFile).equals(refused)).toBe(writtenAt !== 1e12);
  }
});

test('nothing is kept of a process that failed, or where the user turned it off', () => {
  load(['run'], { exitCode: 2 });
  load(['run'], { env: { NODE_DISABLE_COMPILE_CACHE: '1' } });
  expect(keptCode()).toBeNull();
});

test('a loaded file may import, and finds its own folder', async () => {
  write('module.exports = { add: () => importHere("node:path"), place: __filename };');
  const loaded = load() as unknown as { add: () => Promise<{ join: unknown }>; place: string };
  expect(loaded.place).toBe(file);
  expect((await loaded.add()).join).toBe(join);
});

test.skipIf(process.platform !== 'linux')(
  'what another user may have planted is neither read nor written through',
  () => {
    for (let run = 0; run < 6; run++) load();
    const [name = ''] = readdirSync(codeFolder());
    const codeFile = join(codeFolder(), name);
    const learnt = readFileSync(codeFile);

    chmodSync(codeFile, 0o666);
    expect(load().add(1, 2)).toBe(3);
    // It was not believed, so it was learnt anew.
    expect(readFileSync(codeFile).equals(learnt)).toBe(false);
    expect(statSync(codeFile).mode & 0o777).toBe(0o600);

    rmSync(codeFile);
    execFileSync('mkfifo', [codeFile]);
    expect(load().add(1, 2)).toBe(3);
    expect(statSync(codeFile).isFile()).toBe(true);

    const precious = join(folder, 'precious');
    writeFileSync(precious, 'mine');
    rmSync(codeFile);
    symlinkSync(precious, `${codeFile}.${process.pid}.partial`);
    expect(load().add(1, 2)).toBe(3);
    expect(readFileSync(precious, 'utf8')).toBe('mine');
  },
);

test.skipIf(process.platform === 'darwin')('where nothing can be kept, it is compiled each time', () => {
  mkdirSync(join(folder, 'larder'));
  writeFileSync(codeFolder(), 'a file in its place');
  expect(load().add(1, 2)).toBe(3);
  expect(load(['run'], { env: { XDG_CACHE_HOME: 'relative', LOCALAPPDATA: 'relative' } }).add(1, 2)).toBe(3);
  expect(existsSync('relative')).toBe(false);
});
