import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commitAll, git, layeredWorkspace, makeWorkspace, project, writeFiles } from './support/make-workspace.ts';
import { executedBuilds, finish, larder, startTool } from './support/run-larder.ts';
import { startWatch, type WatchEvent } from './support/start-watch.ts';

const isIdle = ({ type, text }: WatchEvent): boolean =>
  type === 'watch-message' && text?.startsWith('Watching for changes') === true;
const printed =
  (text: string) =>
  (event: WatchEvent): boolean =>
    event.type === 'task-output' && event.text?.includes(text) === true;

test('an edit runs the tasks that it affects, and nothing else', async () => {
  const root = layeredWorkspace();
  const watch = startWatch(root, ['-t', 'build']);
  const first = await watch.round(0);
  expect(first.outcomes).toEqual({ 'core:build': 'executed', 'ui:build': 'executed', 'app:build': 'executed' });
  await watch.after(first.end, isIdle);
  writeFiles(root, { 'packages/ui/src/index.txt': 'ui v2\n' });
  const second = await watch.round(first.end);
  expect(second.reasons).toEqual({ 'ui:build': 'packages/ui/src/index.txt', 'app:build': 'packages/ui/src/index.txt' });
  expect(second.outcomes).toEqual({ 'ui:build': 'executed', 'app:build': 'executed' });
  expect(executedBuilds(root)).toEqual(['core', 'ui', 'app', 'ui', 'app']);
  // What is built again from the same files is not executed again.
  await watch.after(second.end, isIdle);
  writeFiles(root, { 'packages/ui/src/index.txt': 'ui v1\n' });
  const third = await watch.round(second.end);
  expect(third.outcomes).toEqual({ 'ui:build': 'restored', 'app:build': 'up-to-date' });
  expect(await watch.interrupt()).toBe(130);
});

test('what tasks write is no reason to run: ignored outputs, declared ones, and what is written as it was', async () => {
  const root = layeredWorkspace({
    'packages/core/package.json': {
      name: 'core',
      version: '1.0.0',
      scripts: {
        // A declared output that git does not ignore, and a source that is formatted in place.
        build:
          'mkdir -p dist generated && cp src/index.txt dist && date +%N > generated/stamp.txt && cp src/index.txt src/x && mv src/x src/index.txt',
      },
    },
    'nx.json': {
      namedInputs: { default: ['{projectRoot}/**/*'] },
      targetDefaults: {
        build: { dependsOn: ['^build'], outputs: ['{projectRoot}/dist', '{projectRoot}/generated'], cache: true },
      },
    },
  });
  const watch = startWatch(root, ['-t', 'build', '-p', 'core']);
  const first = await watch.round(0);
  await watch.after(first.end, isIdle);
  writeFiles(root, { 'packages/core/src/other.txt': 'new\n' });
  const second = await watch.round(first.end);
  const idle = await watch.after(second.end, isIdle);
  // A later edit is the next round: nothing came between.
  writeFiles(root, { 'packages/core/src/other.txt': 'newer\n' });
  const third = await watch.round(idle);
  expect(third.reasons).toEqual({ 'core:build': 'packages/core/src/other.txt' });
  expect(watch.events.filter(({ type }) => type === 'watch-round')).toHaveLength(3);
});

/** Says when it starts, and runs until a file `go` beside it appears; then it tells what it read at its start. */
const patient = `
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
const text = readFileSync('src/index.txt', 'utf8').trim();
console.log('reading ' + text + ' pid ' + process.pid + ';');
const wait = setInterval(() => {
  if (!existsSync('../../go.log')) return;
  clearInterval(wait);
  console.log('finished ' + text + ';');
}, 20);
`;

function patientWorkspace(): string {
  const task = (name: string): Record<string, string | object> => ({
    [`packages/${name}/package.json`]: { name, version: '1.0.0', scripts: { build: 'node ../../tools/patient.mjs' } },
    [`packages/${name}/src/index.txt`]: `${name} v1\n`,
  });
  return makeWorkspace({
    '.gitignore': 'node_modules\n*.log\n',
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'] },
    'nx.json': { namedInputs: { default: ['{projectRoot}/**/*'] }, targetDefaults: { build: { cache: true } } },
    'tools/patient.mjs': patient,
    ...task('a'),
    ...task('b'),
  });
}

function pidOf(watch: { readonly events: readonly WatchEvent[] }, text: string): number {
  const said = watch.events.map((event) => event.text ?? '').find((one) => one.includes(text)) ?? '';
  return Number(/pid (\d+)/.exec(said)?.[1]);
}

const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

test('an edit while tasks run stops what became stale, and leaves the others to finish', async () => {
  const root = patientWorkspace();
  const watch = startWatch(root, ['-t', 'build', '--parallel', '4']);
  await watch.after(0, printed('reading a v1'));
  await watch.after(0, printed('reading b v1'));
  writeFiles(root, { 'packages/a/src/index.txt': 'a v2\n' });
  const again = await watch.after(0, printed('reading a v2'));
  const [stale, kept] = [pidOf(watch, 'reading a v1'), pidOf(watch, 'reading b v1')];
  expect([isAlive(stale), isAlive(kept)]).toEqual([false, true]);
  writeFiles(root, { 'go.log': '' });
  const end = await watch.after(again, ({ type }) => type === 'run-finished');
  expect(watch.events[end - 1]).toMatchObject({ exitCode: 0, tasks: { executed: 2 } });
  const texts = watch.events.map((event) => event.text ?? '').join('');
  expect(texts).toContain('finished a v2');
  expect(texts).not.toContain('finished a v1');
  // It was started once, and its result belongs to what it read.
  expect(new Set(texts.match(/reading b v1 pid \d+/g)).size).toBe(1);
  expect(await watch.interrupt()).toBe(130);
});

test('Ctrl-C ends all processes, those that were there before the round, too', async () => {
  const root = patientWorkspace();
  const watch = startWatch(root, ['-t', 'build', '--parallel', '4']);
  await watch.after(0, printed('reading a v1'));
  await watch.after(0, printed('reading b v1'));
  writeFiles(root, { 'packages/a/src/index.txt': 'a v2\n' });
  await watch.after(0, printed('reading a v2'));
  const pids = ['reading a v1', 'reading a v2', 'reading b v1'].map((text) => pidOf(watch, text));
  expect(await watch.interrupt()).toBe(130);
  expect(pids.map(isAlive)).toEqual([false, false, false]);
});

test('a continuous task starts anew only when its inputs changed, and failures end nothing', async () => {
  const serve = `node -e "console.log('serving pid ' + process.pid + ';'); setInterval(() => {}, 1000)"`;
  const root = layeredWorkspace({
    'packages/app/package.json': {
      name: 'app',
      version: '1.0.0',
      scripts: { serve, check: 'node check.mjs' },
      nx: {
        targets: {
          serve: { continuous: true, inputs: ['{projectRoot}/server/**'] },
          check: { dependsOn: [{ target: 'serve', inputs: false }], inputs: ['{projectRoot}/check.mjs'] },
        },
      },
    },
    'packages/app/server/a.txt': '1\n',
    'packages/app/check.mjs': 'process.exit(3);\n',
  });
  const watch = startWatch(root, ['-t', 'check', 'serve', '-p', 'app']);
  const first = await watch.round(0);
  expect(first.outcomes).toEqual({ 'app:serve': 'executed', 'app:check': 'failed' });
  const idle = await watch.after(first.end, isIdle);
  expect(watch.events[idle - 1]!['text']).toContain('Failing: app:check');
  const server = pidOf(watch, 'serving');
  expect(isAlive(server)).toBe(true);
  writeFiles(root, { 'packages/app/check.mjs': 'console.log("checked");\n' });
  const second = await watch.round(idle);
  expect(second.outcomes).toEqual({ 'app:check': 'executed' });
  const idleAgain = await watch.after(second.end, isIdle);
  expect(isAlive(server)).toBe(true);
  writeFiles(root, { 'packages/app/server/a.txt': '2\n' });
  const third = await watch.round(idleAgain);
  expect(third.reasons).toEqual({ 'app:serve': 'packages/app/server/a.txt' });
  expect(isAlive(server)).toBe(false);
  expect(await watch.interrupt()).toBe(130);
});

test('a checkout of 2,000 files is one round', async () => {
  const root = layeredWorkspace();
  const folder = join(root, 'packages/core/src/many');
  mkdirSync(folder);
  const write = (text: string): void => {
    for (let file = 0; file < 2000; file += 1) writeFileSync(join(folder, `${file}.txt`), `${text} ${file}\n`);
  };
  write('one');
  commitAll(root, 'many');
  git(root, 'checkout', '-q', '-b', 'other');
  write('two');
  commitAll(root, 'changed');
  git(root, 'checkout', '-q', 'main');
  const watch = startWatch(root, ['-t', 'build']);
  const first = await watch.round(0);
  const idle = await watch.after(first.end, isIdle);
  git(root, 'checkout', '-q', 'other');
  const second = await watch.round(idle);
  expect(second.outcomes).toEqual({ 'core:build': 'executed', 'ui:build': 'executed', 'app:build': 'executed' });
  const again = await watch.after(second.end, isIdle);
  writeFiles(root, { 'packages/app/src/index.txt': 'app v2\n' });
  const third = await watch.round(again);
  expect(third.outcomes).toEqual({ 'app:build': 'executed' });
  expect(watch.events.filter(({ type }) => type === 'watch-round')).toHaveLength(3);
});

test('a new package, broken configuration and its mending are followed', async () => {
  const root = layeredWorkspace();
  const config = readFileSync(join(root, 'nx.json'), 'utf8');
  const watch = startWatch(root, ['-t', 'build']);
  const first = await watch.round(0);
  const idle = await watch.after(first.end, isIdle);
  writeFiles(root, project('extra', ['core']));
  const second = await watch.round(idle);
  expect(second.outcomes).toEqual({ 'extra:build': 'executed' });
  const again = await watch.after(second.end, isIdle);

  writeFiles(root, { 'nx.json': '{ "targetDefaults": ' });
  const broken = await watch.after(again, ({ text }) => text?.startsWith('Nothing new runs') === true);
  expect(watch.errors()).toContain('nx.json');
  writeFiles(root, { 'packages/app/src/index.txt': 'app v2\n' });
  writeFiles(root, { 'nx.json': config });
  const third = await watch.round(broken);
  expect(third.outcomes).toEqual({ 'app:build': 'executed' });
  const mended = await watch.after(third.end, isIdle);

  // Another definition of one target concerns the tasks of that target only.
  writeFiles(root, {
    'packages/extra/package.json': {
      ...(project('extra', ['core'])['packages/extra/package.json'] as object),
      scripts: { build: 'echo other' },
    },
  });
  const fourth = await watch.round(mended);
  expect(Object.keys(fourth.outcomes)).toEqual(['extra:build']);
  expect(await watch.interrupt()).toBe(130);
});

test('on a plain terminal a line says which file runs which tasks', async () => {
  const root = layeredWorkspace();
  const child = startTool('larder', root, ['watch', '-t', 'build'], {});
  const finished = finish(child);
  let said = '';
  const until = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (said.includes(text)) resolve();
      };
      child.stdout!.on('data', (chunk: string) => {
        said += chunk;
        look();
      });
    });
  await until('Watching for changes.');
  writeFiles(root, { 'packages/app/src/index.txt': 'app v2\n' });
  await until('packages/app/src/index.txt → app:build');
  child.kill('SIGINT');
  expect((await finished).exitCode).toBe(130);
});

test('a watch whose reader has gone away ends', async () => {
  const root = layeredWorkspace();
  const child = startTool('larder', root, ['watch', '-t', 'build', '--output-style', 'ndjson'], {});
  const exited = once(child, 'exit');
  await once(child.stdout!, 'data');
  child.stdout!.destroy();
  expect(await exited).toEqual([130, null]);
});

test('bad words are answered, and a broken workspace is not watched', async () => {
  const root = layeredWorkspace();
  expect(await larder(root, ['watch'])).toMatchObject({ exitCode: 2 });
  const unknown = await larder(root, ['watch', '-t', 'biuld']);
  expect(unknown.exitCode).toBe(2);
  expect(unknown.stderr).toContain('build');
  writeFiles(root, { 'nx.json': '{' });
  expect(await larder(root, ['watch', '-t', 'build'])).toMatchObject({ exitCode: 2 });
});
