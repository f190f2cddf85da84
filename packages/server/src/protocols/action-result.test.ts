import { assert, property, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { listReferencedDigests } from './action-result.ts';

test('whatever the bytes are, the answer is a list of digests or null', () => {
  assert(
    property(uint8Array({ maxLength: 300 }), (bytes) => {
      for (const digest of listReferencedDigests(bytes) ?? []) expect(digest).toMatch(/^[0-9a-f]{64}$/);
    }),
  );
});

test.each([
  ['no bytes', '', []],
  ['JSON', Buffer.from('{"a":1}').toString('hex'), null],
  ['a length beyond the end', '12ff01', null],
  ['a number that never ends', 'ffffffffffffffffffffffff', null],
  ['a group, which the API has none of', '0b', null],
])('%s', (_, hex, expected) => expect(listReferencedDigests(Buffer.from(hex, 'hex'))).toEqual(expected));
