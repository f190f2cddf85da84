import { expect, test } from 'vitest';
import { parseOverrides } from './parse-overrides.ts';

test('words after -- become the options that an executor expects', () => {
  expect(parseOverrides(['--watch', '--max-workers=2', '--reporter', 'dot', '--no-color', 'file.ts'])).toEqual({
    watch: true,
    maxWorkers: 2,
    reporter: 'dot',
    color: false,
    _: ['file.ts'],
    __overrides_unparsed__: ['--watch', '--max-workers=2', '--reporter', 'dot', '--no-color', 'file.ts'],
  });
});
