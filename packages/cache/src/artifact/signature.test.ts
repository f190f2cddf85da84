import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createArtifactSigner, createSignatureCheck, encodeSignature, parseSignatureEntry } from './signature.ts';
import { generateSigningKeyPair, parsePrivateKey, parsePublicKey } from './signing-keys.ts';

const bytes = Buffer.from('a manifest');

function signerOf(pair: { readonly privateKey: string }, scope = 'main') {
  const key = parsePrivateKey(pair.privateKey);
  if (key === null) throw new Error('no key');
  return createArtifactSigner(key, scope);
}

const main = generateSigningKeyPair();
const other = generateSigningKeyPair();
const check = createSignatureCheck({ main: [main.publicKey], 'pr/7': [other.publicKey] });

test('what a pinned key signed for its scope is trusted', () => {
  expect(check(bytes, signerOf(main).sign(bytes))).toBeNull();
  expect(check(bytes, signerOf(other, 'pr/7').sign(bytes))).toBeNull();
});

test('one of several keys of a scope is enough, so that keys can be replaced', () => {
  const both = createSignatureCheck({ main: [other.publicKey, main.publicKey] });
  expect(both(bytes, signerOf(main).sign(bytes))).toBeNull();
});

describe('distrusted', () => {
  const signed = signerOf(main).sign(bytes);
  test.each([
    ['nothing', null, 'not signed'],
    ['another key', signerOf(generateSigningKeyPair()).sign(bytes), 'no pinned key'],
    ['the key of a less trusted scope in the name of main', signerOf(other, 'main').sign(bytes), 'no pinned key'],
    ['the key of main in the name of a pull request', signerOf(main, 'pr/7').sign(bytes), 'no pinned key'],
    ['a scope without keys', signerOf(main, 'pr/8').sign(bytes), 'no key is pinned'],
    ['a scope that every object has', signerOf(main, 'constructor').sign(bytes), 'no key is pinned'],
    ['a signature of other bytes', signerOf(main).sign(Buffer.from('another')), 'no pinned key'],
    ['a signature that was moved to another scope', { ...signed, scope: 'pr/7' }, 'no pinned key'],
    ['a signature of zeros', { ...signed, signature: 'A'.repeat(86) }, 'no pinned key'],
  ])('%s', (_name, signature, reason) => {
    expect(check(bytes, signature)).toContain(reason);
  });
});

test('a signature entry has one encoding', () => {
  const signature = signerOf(main).sign(bytes);
  const encoded = encodeSignature(signature);
  expect(parseSignatureEntry(encoded)).toEqual(signature);
  const text = encoded.toString();
  for (const bent of [` ${text}`, text.replace('"main"', '""'), text.replace('}', ',"x":1}'), 'null', '{', '[]']) {
    expect(parseSignatureEntry(Buffer.from(bent))).toBeNull();
  }
});

test('keys are 43 characters or a PEM, and other kinds of keys are none', () => {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
  expect(parsePrivateKey(pem)).not.toBeNull();
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'pem', type: 'pkcs8' });
  for (const text of ['', 'x', rsa, 'A'.repeat(44)]) expect(parsePrivateKey(text)).toBeNull();
  for (const text of ['', `${main.publicKey}x`, 'not a key']) expect(parsePublicKey(text)).toBeNull();
});
