export { formatContentRange, formatRange, parseContentRange, parseRange } from './byte-range.ts';
export type { ContentRange } from './byte-range.ts';
export { accessUrl, artifactUrl, eventsUrl, lookupUrl, parseLarderPath, tokenUrl } from './larder-urls.ts';
export type { LarderPath } from './larder-urls.ts';
export {
  artifactContentType,
  formatExecutionMs,
  larderHeaders,
  larderStatus,
  parseExecutionMs,
  parseSha256,
  parseSignature,
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
export { accessLimitBytes, formatAccess, parseAccess } from './access.ts';
export type { GrantedAccess } from './access.ts';
export { formatErrorBody, parseErrorBody } from './error-body.ts';
export type { ErrorBody } from './error-body.ts';
export { nxHashOf, parseNxPath } from './nx.ts';
export type { NxHash } from './nx.ts';
export {
  parseTurborepoBatch,
  parseTurborepoEvents,
  parseTurborepoPath,
  turborepoBodyLimitBytes,
  turborepoEchoHeaders,
} from './turborepo.ts';
export type { TurborepoEchoHeader, TurborepoEvent, TurborepoHash, TurborepoPath } from './turborepo.ts';
export { emptyBlobDigest, parseBazelPath } from './bazel.ts';
export type { BazelPath } from './bazel.ts';
export { parseGradlePath } from './gradle.ts';
export type { GradleKey } from './gradle.ts';
export { formatTokenGrant, parseTokenGrant, tokenGrantLimitBytes } from './token-exchange.ts';
export type { TokenGrant } from './token-exchange.ts';
export { formatRunReports, parseRunReport, runReportLimitBytes, runReportSchema } from './run-report.ts';
export type { ReportedTask, RunReport } from './run-report.ts';
export { parseStatistics, statisticsSchema } from './statistics.ts';
export type { RequestStatistics, Statistics, TaskStatistics } from './statistics.ts';
