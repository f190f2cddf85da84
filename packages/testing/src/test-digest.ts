import { hash } from 'node:crypto';
import { asDigest, type DigestFunction } from '@larder/core';

/** Stands in for xxh3-128 where no native code is wanted: the first 32 hex digits of SHA-256. */
export const testDigest: DigestFunction = (content) => asDigest(hash('sha256', content, 'hex').slice(0, 32));
