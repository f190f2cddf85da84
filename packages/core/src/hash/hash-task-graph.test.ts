import { expect, test } from 'vitest';
import { hashWorld, inputsOf, prepareWorld, type World } from '../fixtures/hash-world.ts';
import { hashAllReady } from './hash-task-graph.ts';

function planHashes(world: World): Readonly<Record<string, string>> {
  const { taskGraph, inputs, memory } = prepareWorld(world);
  const planned = hashAllReady(taskGraph, (task) => inputs.get(task)!, memory);
  return Object.fromEntries(
    [...planned].map(([task, hash]) => [task, hash.kind === 'ready' ? 'ready' : hash.waitsFor.join(' ')]),
  );
}

const byOutputs = { kind: 'dependent-outputs', pattern: '**/*', transitive: true } as const;
const dist = { outputs: ['dist'] };

test('all is hashed at once where nobody asks for output files', () => {
  const world = { projects: 'web -> ui', tasks: 'web:build -> ui:build' };
  const { taskGraph, inputs, memory } = prepareWorld(world);
  const planned = hashAllReady(taskGraph, (task) => inputs.get(task)!, memory);
  const expected = [...hashWorld(world).details].map(([task, { hash }]) => [task, { kind: 'ready', hash }]);
  expect([...planned]).toEqual(expected);
});

test('a task that asks for output files waits for its dependencies, and those that count its hash wait for it', () => {
  const waiting = { definition: { inputs: inputsOf(byOutputs) } };
  const planned = planHashes({
    projects: 'app\nweb\nui\nlint\nutil',
    tasks: 'app:build -> web:build\napp:run ~> web:build\nweb:build -> ui:build, lint:check\nui:build -> util:build',
    taskOverrides: { 'web:build': waiting, 'ui:build': dist },
  });
  expect(planned).toEqual({
    'app:build': 'web:build',
    'app:run': 'ready',
    'lint:check': 'ready',
    'ui:build': 'ready',
    'util:build': 'ready',
    'web:build': 'ui:build',
  });
});

test('a task without dependencies that produce something is hashed at once, whatever it asks for', () => {
  const waiting = { definition: { inputs: inputsOf(byOutputs) } };
  expect(planHashes({ taskOverrides: { 'web:build': waiting } })).toEqual({ 'web:build': 'ready' });
});

test('a chain of twelve thousand tasks is not too deep', { timeout: 30_000 }, () => {
  const names = Array.from({ length: 12_000 }, (_, index) => `t${index}`);
  const tasks = names.map((name, index) => (index === 0 ? `web:${name}` : `web:${name} -> web:t${index - 1}`));
  expect(Object.keys(planHashes({ tasks: tasks.join('\n') }))).toHaveLength(12_000);
});
