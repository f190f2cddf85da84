/** How the bucket keeps the first of two writers. */
export const conditionalWriteModes = ['auto', 'native', 'claims'] as const;
export type ConditionalWrites = (typeof conditionalWriteModes)[number];

export interface S3Options {
  readonly bucket: string;
  /** Null is Amazon's own, for the region. */
  readonly endpoint: string | null;
  /** Null is what the SDK finds in the environment or the profile. */
  readonly region: string | null;
  /** Before every key: empty, or a text that ends with `/`. */
  readonly prefix: string;
  /** `http://host/bucket/key` instead of `http://bucket.host/key`. */
  readonly pathStyle: boolean;
  /** `auto` tries at the start whether the bucket honours `If-None-Match`. */
  readonly conditionalWrites: ConditionalWrites;
}
