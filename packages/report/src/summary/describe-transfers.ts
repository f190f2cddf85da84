import { formatBytes } from '../text/format-bytes.ts';

export interface Transfers {
  readonly downloadedBytes: number;
  readonly uploadedBytes: number;
  /** Artifacts that were downloaded ahead, and nobody asked for. */
  readonly unusedDownloads: number;
}

/** What went to and from the remote cache. */
export function describeTransfers({ downloadedBytes, uploadedBytes, unusedDownloads }: Transfers): string {
  const unused = unusedDownloads === 0 ? '' : `, ${unusedDownloads} fetched ahead and not needed`;
  return `${formatBytes(downloadedBytes)} down, ${formatBytes(uploadedBytes)} up${unused}`;
}
