export { artifactUrl, lookupUrl, parseLarderPath } from './larder-urls.ts';
export type { LarderPath } from './larder-urls.ts';
export {
  artifactContentType,
  formatExecutionMs,
  larderHeaders,
  larderStatus,
  parseExecutionMs,
  parseSha256,
} from './larder-headers.ts';
export {
  formatLookupRequest,
  formatLookupResponse,
  lookupLimit,
  lookupRequestLimitBytes,
  lookupResponseLimitBytes,
  parseLookupRequest,
  parseLookupResponse,
} from './lookup.ts';
export { formatErrorBody, parseErrorBody } from './error-body.ts';
export type { ErrorBody } from './error-body.ts';
export { parseNxPath } from './nx.ts';
export type { NxHash } from './nx.ts';
export {
  parseTurborepoBatch,
  parseTurborepoEvents,
  parseTurborepoPath,
  turborepoBodyLimitBytes,
  turborepoEchoHeaders,
} from './turborepo.ts';
export type { TurborepoEchoHeader, TurborepoEvent, TurborepoHash, TurborepoPath } from './turborepo.ts';
