import { expect, test } from 'vitest';
import { restoreAdopted } from './restore-adopted.ts';

const options = { outputPath: 'dist' };

test('an adopted target runs its own executor, and is cached', () => {
  const metadata = { description: 'Compiles', larder: { executor: '@nx/js:tsc' } };
  const adopted = { executor: '@larder/nx:run', cache: false, options, metadata };
  const restored = { executor: '@nx/js:tsc', cache: true, options, metadata: { description: 'Compiles' } };
  expect(restoreAdopted(adopted)).toEqual(restored);
});

test.each([
  { executor: '@nx/js:tsc', metadata: { larder: { executor: 'nx:noop' } } },
  { executor: '@larder/nx:run' },
  { executor: '@larder/nx:run', metadata: { larder: { executor: 7 } } },
])('any other target stays as it is: %j', (target) => {
  expect(restoreAdopted(target)).toBe(target);
});
