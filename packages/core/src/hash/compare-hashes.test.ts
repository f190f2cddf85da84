import { expect, test } from 'vitest';
import { hashWorld, type World } from '../fixtures/hash-world.ts';
import { compareHashDetails } from './compare-hashes.ts';

function differences(before: World, after: World): readonly string[] {
  const [old, now] = [before, after].map((world) => hashWorld(world).details.get('web:build')!);
  return compareHashDetails(old!, now!).map((difference) => {
    switch (difference.kind) {
      case 'added':
        return `added ${difference.after.kind} ${difference.after.name}`;
      case 'removed':
        return `removed ${difference.before.kind} ${difference.before.name}`;
      case 'changed':
        return `changed ${difference.after.kind} ${difference.after.name}`;
    }
  });
}

const base: World = { projects: 'web -> ui', files: { 'packages/web/a.ts': '1', 'packages/ui/a.ts': '1' } };

test('equal hashes have no differences', () => {
  expect(differences(base, base)).toEqual([]);
});

test('a changed file shows as the input that it belongs to', () => {
  const own = { ...base.files, 'packages/web/a.ts': '2' };
  const below = { ...base.files, 'packages/ui/a.ts': '2' };
  expect(differences(base, { ...base, files: own })).toEqual(['changed files packages/web/**/*']);
  expect(differences(base, { ...base, files: below })).toEqual(['changed files ^default from ui']);
});

test('what is new and what is gone are told apart from what changed', () => {
  const withOptions = (options: Record<string, string>): World => ({
    ...base,
    taskOverrides: { 'web:build': { options } },
  });
  const before = withOptions({ kept: '1', changed: '1', removed: '1' });
  const after = withOptions({ kept: '1', changed: '2', added: '1' });
  expect(differences(before, after)).toEqual([
    'added options added',
    'changed options changed',
    'removed options removed',
  ]);
});
