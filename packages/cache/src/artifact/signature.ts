import { createHash, sign, verify, type KeyObject } from 'node:crypto';
import { isJsonObject } from '@larder/core';
import { formatPublicKey, parsePublicKey } from './signing-keys.ts';

/** The optional second entry of an artifact: who vouches for its manifest, and through it for every byte. */
export interface ArtifactSignature {
  readonly scope: string;
  /** The first 16 hex digits of the SHA-256 of the public key: names the key for people, proves nothing. */
  readonly keyId: string;
  /** Ed25519 (RFC 8032), 86 characters of base64url. */
  readonly signature: string;
}

/** Signs for one scope. */
export interface ArtifactSigner {
  sign(manifestBytes: Uint8Array): ArtifactSignature;
}

/** Null where the signature is by a pinned key of the scope that it names; else why it is not. */
export type SignatureCheck = (manifestBytes: Uint8Array, signature: ArtifactSignature | null) => string | null;

export const maxSignatureBytes = 1024;

const context = 'larder-artifact-v1';
const scopeSyntax = /^[A-Za-z0-9@._/-]{1,200}$/;

export function createArtifactSigner(privateKey: KeyObject, scope: string): ArtifactSigner {
  const keyId = describeKey(formatPublicKey(privateKey));
  return {
    sign: (manifestBytes) => ({
      scope,
      keyId,
      signature: sign(null, signedBytes(scope, manifestBytes), privateKey).toString('base64url'),
    }),
  };
}

/**
 * Pins keys by scope. A key of `pr/7` that signs in the name of `main` is not among the keys of `main`.
 * Throws where a text is no public key: the configuration's schema has refused that before.
 */
export function createSignatureCheck(keysByScope: Readonly<Record<string, readonly string[]>>): SignatureCheck {
  const pinned = new Map(Object.entries(keysByScope).map(([scope, keys]) => [scope, keys.map(toPublicKey)]));
  return (manifestBytes, signature) => {
    if (signature === null) return 'it is not signed';
    const { scope, keyId } = signature;
    const keys = pinned.get(scope);
    if (keys === undefined) return `it is signed for the scope "${scope}", of which no key is pinned`;
    const bytes = signedBytes(scope, manifestBytes);
    const raw = Buffer.from(signature.signature, 'base64url');
    if (keys.some((key) => verify(null, bytes, key, raw))) return null;
    return `its signature for "${scope}" by the key ${keyId} is by no pinned key, or is wrong`;
  };
}

function toPublicKey(text: string): KeyObject {
  const key = parsePublicKey(text);
  if (key === null) throw new Error(`"${text}" is no Ed25519 public key`);
  return key;
}

/** The context and the scope are part of what is signed, each ended by a zero byte that neither can hold. */
function signedBytes(scope: string, manifestBytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${context}\0${scope}\0`), manifestBytes]);
}

/** The first 16 hex digits of the SHA-256 of a public key's text. */
export function describeKey(publicKey: string): string {
  return createHash('sha256').update(publicKey).digest('hex').slice(0, 16);
}

/** Canonical JSON, as the manifest: keys sorted, no white space. */
export function encodeSignature({ keyId, scope, signature }: ArtifactSignature): Buffer {
  return Buffer.from(JSON.stringify({ keyId, scope, signature }));
}

/** Null where it is anything but the canonical encoding of a signature. */
export function parseSignatureEntry(bytes: Uint8Array): ArtifactSignature | null {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
  if (!isJsonObject(json)) return null;
  const { keyId, scope, signature } = json;
  if (typeof keyId !== 'string' || !/^[0-9a-f]{16}$/.test(keyId)) return null;
  if (typeof scope !== 'string' || !scopeSyntax.test(scope)) return null;
  if (typeof signature !== 'string' || !/^[A-Za-z0-9_-]{86}$/.test(signature)) return null;
  return encodeSignature({ keyId, scope, signature }).equals(bytes) ? { keyId, scope, signature } : null;
}
