import { expect, test } from 'vitest';
import { accept, refuse } from './index.ts';

test('a result carries a value or a reason', () => {
  expect(accept(3)).toEqual({ kind: 'ok', value: 3 });
  expect(refuse('sold out')).toEqual({ kind: 'refused', reason: 'sold out' });
});
