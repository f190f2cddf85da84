import { expect, test } from 'vitest';

import { digest, StreamingDigest } from './digest.ts';

test('empty content has the digest that the specification gives', () => {
  expect(digest('')).toBe('99aa06d3014798d86001c324468d497f');
});

test('a text has the digest of its UTF-8 bytes', () => {
  expect(digest('größe 🐟')).toBe(digest(new TextEncoder().encode('größe 🐟')));
});

test('a view into a larger array counts only its own bytes', () => {
  const whole = new Uint8Array([9, 1, 2, 3, 9]);
  expect(digest(whole.subarray(1, 4))).toBe(digest(new Uint8Array([1, 2, 3])));
});

test('pieces give the digest of the whole', () => {
  const content = Buffer.from('a long content, '.repeat(1000));
  const streaming = new StreamingDigest();
  for (let start = 0; start < content.length; start += 777) streaming.update(content.subarray(start, start + 777));
  expect(streaming.finish()).toBe(digest(content));
});

test('pieces of nothing give the digest of nothing', () => {
  expect(new StreamingDigest().finish()).toBe(digest(''));
});

test.each([null, undefined, 7, {}, [1, 2], new ArrayBuffer(4), new Float64Array(2)])(
  'refuses %o instead of handing it to native code',
  (value) => {
    expect(() => digest(value as never)).toThrow(TypeError);
  },
);
