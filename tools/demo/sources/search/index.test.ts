import { expect, test } from 'vitest';
import { search } from './index.ts';

test('every word of the query must be in the title', () => {
  expect(search('tea').length).toBe(3);
  expect(search('green tea').map(({ slug }) => slug)).toEqual(['green-tea']);
});
