import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** DER before the 32 bytes of an Ed25519 key: PKCS #8 for private ones, SPKI for public ones (RFC 8410). */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const keySyntax = /^[A-Za-z0-9_-]{43}$/;

export interface SigningKeyPair {
  /** 43 characters of base64url, as `LARDER_SIGNING_KEY` takes it. A secret. */
  readonly privateKey: string;
  /** 43 characters of base64url, as `publicKeys` takes it. */
  readonly publicKey: string;
}

export function generateSigningKeyPair(): SigningKeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey
      .export({ format: 'der', type: 'pkcs8' })
      .subarray(privatePrefix.length)
      .toString('base64url'),
    publicKey: formatPublicKey(publicKey),
  };
}

/** 43 characters of base64url (the 32 bytes of the key), or a PEM of PKCS #8. Null where it is no Ed25519 key. */
export function parsePrivateKey(text: string): KeyObject | null {
  const trimmed = text.trim();
  const der = keySyntax.test(trimmed) ? Buffer.concat([privatePrefix, Buffer.from(trimmed, 'base64url')]) : null;
  return ed25519OrNull(() =>
    der === null ? createPrivateKey(trimmed) : createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
  );
}

/** 43 characters of base64url; null where it is no Ed25519 key. */
export function parsePublicKey(text: string): KeyObject | null {
  if (!keySyntax.test(text)) return null;
  const key = Buffer.concat([publicPrefix, Buffer.from(text, 'base64url')]);
  return ed25519OrNull(() => createPublicKey({ key, format: 'der', type: 'spki' }));
}

export function formatPublicKey(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(publicPrefix.length).toString('base64url');
}

function ed25519OrNull(parse: () => KeyObject): KeyObject | null {
  try {
    const key = parse();
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null;
  }
}
