import { serialize } from 'node:v8';
import { expect, test } from 'vitest';
import { FramedMessages } from './framed-messages.ts';

const frame = (body: Buffer): Buffer => Buffer.concat([Buffer.from(`NX_MSG_${body.length}:`), body]);
const json = (value: unknown): Buffer => frame(Buffer.from(JSON.stringify(value)));

test('messages are taken whole, however they are cut', () => {
  const all = Buffer.concat([json({ a: 'é' }), frame(serialize({ b: 1 })), json([2])]);
  for (const size of [1, 7, all.length]) {
    const messages = new FramedMessages();
    const taken: unknown[] = [];
    for (let at = 0; at < all.length; at += size) taken.push(...messages.take(all.subarray(at, at + size)));
    expect(taken).toEqual([{ a: 'é' }, { b: 1 }, [2]]);
    expect(messages.isBroken).toBe(false);
  }
});

test.each([
  ['another protocol', 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'],
  ['a message that is too long', 'NX_MSG_65537:'],
  ['a length without an end', `NX_MSG_${'1'.repeat(20)}`],
  ['a body that cannot be read', 'NX_MSG_1:{'],
])('%s ends the reading', (_, text) => {
  const messages = new FramedMessages();
  expect(messages.take(Buffer.from(text))).toEqual([]);
  expect(messages.isBroken).toBe(true);
  expect(messages.take(json(1))).toEqual([]);
});
