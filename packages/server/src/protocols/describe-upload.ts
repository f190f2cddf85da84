import type { UploadResult } from '../scoped-entries.ts';

/** Why an upload was not stored, for people. */
export function describeUpload(result: Exclude<UploadResult, { kind: 'stored' }>): string {
  switch (result.kind) {
    case 'exists':
      return 'The entry exists already, and entries are never replaced.';
    case 'forbidden':
      return 'This token may only read.';
    case 'too-large':
      return `An artifact has at most ${result.limitBytes} bytes here.`;
    case 'out-of-space':
      return 'The cache has no room for the artifact.';
    case 'quota-used-up':
      return 'The scope or its tenant keeps as much as it may.';
    case 'size-mismatch':
      return `${result.sizeBytes} bytes arrived, and another number was announced.`;
    case 'digest-mismatch':
      return `The bytes that arrived have the SHA-256 ${result.sha256}.`;
    case 'broken-off':
      return 'The upload broke off.';
  }
}
