import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layeredWorkspace, writeFiles } from './support/make-workspace.ts';
import { larder, larderEvents } from './support/run-larder.ts';

const build = ['run-many', '-t', 'build'];

function missReasons(events: readonly Readonly<Record<string, unknown>>[]): Readonly<Record<string, unknown>> {
  const lookups = events.filter((event) => event['type'] === 'task-looked-up');
  return Object.fromEntries(
    lookups.map((event) => [event['task'], (event['result'] as { reason?: string | null }).reason]),
  );
}

function runIdOf(events: readonly Readonly<Record<string, unknown>>[]): string {
  return events.find((event) => event['type'] === 'run-started')!['runId'] as string;
}

test('a miss says what changed since the task was last executed', async () => {
  const root = layeredWorkspace();
  expect(missReasons((await larderEvents(root, build)).events)).toMatchObject({
    'core:build': 'it was not executed here before',
  });
  writeFiles(root, { 'packages/ui/src/index.txt': 'v2\n', 'packages/ui/src/new.txt': 'new\n' });
  const reason = '2 files changed: packages/ui/src/index.txt, packages/ui/src/new.txt';
  const second = await larderEvents(root, build);
  expect(missReasons(second.events)).toEqual({ 'core:build': undefined, 'ui:build': reason, 'app:build': reason });
  const summary = await larder(root, [...build, '--output-style', 'static'], { env: { CI: 'true' } });
  expect(summary.stdout).not.toContain('files changed');
});

test('why --since tells exactly what changed: files, options, dependencies', async () => {
  const root = layeredWorkspace();
  await larderEvents(root, build);
  const same = await larder(root, ['why', 'ui:build', '--since', 'last']);
  expect(same.stdout).toContain('nothing changed');
  const manifest = { name: 'ui', version: '1.0.0', scripts: { build: 'true' }, dependencies: { core: '1.0.0' } };
  writeFiles(root, { 'packages/ui/package.json': manifest, 'packages/core/src/index.txt': 'v2\n' });
  const { stdout, exitCode } = await larder(root, ['why', 'ui:build', '--since', 'last']);
  expect(exitCode).toBe(0);
  expect(stdout.split('\n').slice(1)).toEqual([
    '  file packages/core/src/index.txt modified',
    '  file packages/ui/package.json modified',
    '  scriptContent of the target modified',
    '  dependency core:build has another hash',
    '',
  ]);
});

test('why --since knows restored and up-to-date runs as it knows executed ones', async () => {
  const root = layeredWorkspace();
  await larderEvents(root, build);
  for (const gone of ['.larder/state', 'packages/app/dist']) rmSync(join(root, gone), { recursive: true });
  const restored = await larderEvents(root, build);
  expect(restored.outcomes['app:build']).toBe('restored:local');
  const current = await larderEvents(root, build);
  expect(current.outcomes['app:build']).toBe('up-to-date');
  writeFiles(root, { 'packages/app/src/index.txt': 'v2\n' });
  for (const since of ['last', runIdOf(restored.events), runIdOf(current.events)]) {
    const { stdout } = await larder(root, ['why', 'app:build', '--since', since]);
    expect(stdout).toContain('file packages/app/src/index.txt modified');
  }
  expect(missReasons((await larderEvents(root, build)).events)).toMatchObject({
    'app:build': '1 file changed: packages/app/src/index.txt',
  });
});

test('why --since takes the id of a run and a hash, and says when it knows neither', async () => {
  const root = layeredWorkspace();
  const first = await larderEvents(root, build);
  const runId = runIdOf(first.events);
  writeFiles(root, { 'packages/app/src/index.txt': 'v2\n' });
  await larderEvents(root, build);
  writeFiles(root, { 'packages/app/src/index.txt': 'v3\n', 'packages/app/src/more.txt': 'more\n' });
  for (const since of [runId, first.hashes['app:build']!]) {
    const { stdout } = await larder(root, ['why', 'app:build', '--since', since]);
    expect(stdout).toContain('file packages/app/src/index.txt modified\n  file packages/app/src/more.txt added');
  }
  const unknown = await larder(root, ['why', 'app:build', '--since', 'zzz']);
  expect(unknown.exitCode).toBe(2);
  expect(unknown.stderr).toContain('"zzz"');
});

test('why --files lists the files of every input', async () => {
  const root = layeredWorkspace();
  const { stdout } = await larder(root, ['why', 'app:build', '--files']);
  for (const name of ['app', 'ui', 'core'])
    expect(stdout).toMatch(new RegExp(`packages/${name}/src/index.txt  [0-9a-f]{32}`));
});
