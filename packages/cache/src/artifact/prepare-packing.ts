import { hash } from 'node:crypto';
import { compressWhole } from './compression.ts';

// Node loads its own modules when something of them is first used: 5 ms for this one, and 2 ms for that one.

export function loadDigests(): void {
  hash('sha256', '', 'hex');
}

export function loadCompression(): void {
  compressWhole(new Uint8Array(0));
}
