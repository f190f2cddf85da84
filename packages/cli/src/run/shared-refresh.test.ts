import { asWorkspacePath, type WorkspacePath } from '@larder/core';
import { expect, test } from 'vitest';
import { SharedRefresh } from './shared-refresh.ts';

const paths = (...names: readonly string[]): readonly WorkspacePath[] => names.map(asWorkspacePath);

function createLooks(onLook: (paths: readonly WorkspacePath[]) => void = () => {}) {
  const looks: (readonly WorkspacePath[])[] = [];
  const refresh = (looked: readonly WorkspacePath[]): void => {
    looks.push(looked.toSorted());
    onLook(looked);
  };
  return { looks, shared: new SharedRefresh({ refresh, now: () => 0 }) };
}

test('tasks that have ended are looked at together, each folder once', async () => {
  const { looks, shared } = createLooks();
  await Promise.all([shared.look(paths('a', 'b')), shared.look(paths('b', 'c')), shared.look(paths('b/src', 'ab'))]);
  expect(looks).toEqual([['a', 'ab', 'b', 'c']]);
});

test('a look that has begun does not hold for a task that ends later', async () => {
  const late: Promise<void>[] = [];
  const { looks, shared } = createLooks(() => {
    if (late.length === 0) late.push(shared.look(paths('a')));
  });
  await shared.look(paths('a'));
  await Promise.all(late);
  expect(looks).toEqual([['a'], ['a']]);
});

test('a hundred tasks over the same folders cost far less than a hundred looks', async () => {
  const { looks, shared } = createLooks();
  await Promise.all(Array.from({ length: 100 }, (_, index) => shared.look(paths('shared', `own-${index}`))));
  expect(looks.length).toBe(1);
  expect(looks[0]?.length).toBe(101);
});

test('where looking is dear, a look waits for company, and not when there will be none', async () => {
  let nowMs = 0;
  const looks: number[] = [];
  const shared = new SharedRefresh({
    refresh: (looked) => {
      looks.push(looked.length);
      nowMs += 100_000;
    },
    now: () => nowMs,
  });
  await shared.look(paths('a'));
  const [first, second] = [shared.look(paths('b')), shared.look(paths('c'))];
  shared.hurry();
  await Promise.all([first, second]);
  expect(looks).toEqual([1, 2]);
});

test('what cannot be read fails only those who asked for it', async () => {
  const { shared } = createLooks((looked) => {
    if (looked.includes(asWorkspacePath('broken'))) throw new Error('EACCES');
  });
  const results = await Promise.allSettled([shared.look(paths('broken')), shared.look(paths('fine'))]);
  expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled']);
});
