import { expect, test } from 'vitest';
import { capitalise, slugify } from './index.ts';

test('a slug keeps letters and digits', () => {
  expect(slugify('Tea Pot, 2 litres!')).toBe('tea-pot-2-litres');
});

test('only the first letter is capitalised', () => {
  expect(capitalise('tea pot')).toBe('Tea pot');
});
