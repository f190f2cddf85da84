import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeWorkspace } from './support/make-workspace.ts';
import { finish, larderEvents, startTool } from './support/run-larder.ts';

/** A task that starts a grandchild which ignores polite requests, says their ids, and waits for ever. */
const stubborn = `
import { spawn } from 'node:child_process';
import { once } from 'node:events';
const script = "process.on('SIGTERM', () => {}); process.on('SIGINT', () => {}); process.stdout.write('ready'); setInterval(() => {}, 1000);";
const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
await once(child.stdout, 'data');
console.log('pids ' + process.pid + ' ' + child.pid + ' end');
setInterval(() => {}, 1000);
`;

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} in the middle ends whole process trees, exits 130 and loses nothing`, async () => {
    const root = makeWorkspace({
      'package.json': { name: 'acme', private: true, workspaces: ['packages/*'] },
      'packages/quick/package.json': { name: 'quick', scripts: { build: 'mkdir -p dist && echo ok > dist/a' } },
      'packages/slow/package.json': {
        name: 'slow',
        scripts: { build: 'node stubborn.mjs' },
        dependencies: { quick: '*' },
      },
      'packages/slow/stubborn.mjs': stubborn,
      'packages/last/package.json': { name: 'last', scripts: { build: 'true' }, dependencies: { slow: '*' } },
      'nx.json': { targetDefaults: { build: { dependsOn: ['^build'], outputs: ['{projectRoot}/dist'], cache: true } } },
    });
    const child = startTool('larder', root, ['run-many', '-t', 'build', '--output-style', 'ndjson'], {});
    const finished = finish(child);
    const pids = await readPids(child.stdout!);
    child.kill(signal);
    const { exitCode, stdout } = await finished;
    expect(exitCode).toBe(130);
    expect(pids.map(isAlive)).toEqual([false, false]);
    expect(stdout).toContain('"type":"run-finished"');
    expect(stdout).toContain('"cancelled":2');
    const quick = await larderEvents(root, ['run', 'quick:build']);
    expect(quick.outcomes).toEqual({ 'quick:build': 'up-to-date' });
  });
}

test('an interrupt while a command of an input is asked ends it and exits 130, without a word of a bug', async () => {
  const root = makeWorkspace({
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'] },
    'packages/app/package.json': { name: 'app', scripts: { build: 'true' } },
    'stubborn.mjs': `import { writeFileSync } from 'node:fs';\n${stubborn.replace(
      'console.log(',
      "writeFileSync('said.log', ",
    )}`,
    'nx.json': { targetDefaults: { build: { inputs: [{ runtime: 'node stubborn.mjs' }], cache: true } } },
  });
  const child = startTool('larder', root, ['run-many', '-t', 'build'], {});
  const finished = finish(child);
  const said = join(root, 'said.log');
  await expect
    .poll(() => existsSync(said) && readFileSync(said, 'utf8').includes('end'), { timeout: 20_000 })
    .toBe(true);
  const pids = readFileSync(said, 'utf8').split(' ').slice(1, 3).map(Number);
  child.kill('SIGINT');
  const { exitCode, stdout, stderr } = await finished;
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 130, stdout: '', stderr: '' });
  expect(pids.map(isAlive)).toEqual([false, false]);
});

function readPids(stdout: NodeJS.ReadableStream): Promise<readonly number[]> {
  let said = '';
  return new Promise((resolve, reject) => {
    stdout.on('data', (text: string) => {
      said += text;
      const match = /pids (\d+) (\d+) end/.exec(said);
      if (match !== null) resolve([Number(match[1]), Number(match[2])]);
    });
    stdout.on('end', () => reject(new Error(`The task never said its ids: ${said}`)));
  });
}

/** A zombie that nobody has reaped yet is as dead as one can be. */
function isAlive(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/\) Z /.test(readFileSync(stat, 'utf8'));
}
