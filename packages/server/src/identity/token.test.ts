import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createProof, digestSecret, formatToken, mintToken, parseToken } from './token.ts';

test('a token reads as it was made', () => {
  const parts = mintToken(randomBytes);
  expect(parseToken(formatToken(parts))).toEqual(parts);
  expect(parseToken(`${formatToken(parts)}x`)).toBeNull();
});

test('a secret proves its record again and again, and no other secret does, before or after', () => {
  const [own, other] = [mintToken(randomBytes).secret, mintToken(randomBytes).secret];
  const record = { secretSha256: digestSecret(own) };
  const proves = createProof();
  const asked = [other, own, own, other, `${own}x`, 'é'.repeat(own.length), own];
  expect(asked.map((secret) => proves(secret, record))).toEqual([false, true, true, false, false, false, true]);
  expect(proves(own, { secretSha256: digestSecret(other) })).toBe(false);
});
