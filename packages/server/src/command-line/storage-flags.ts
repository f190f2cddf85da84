import { Option, type Command } from 'commander';
import { conditionalWriteModes, type ConditionalWrites, type S3Options } from '../storage/s3/s3-options.ts';
import { defaultStorageOptions, type StorageOptions } from '../storage/storage-options.ts';
import { toDuration, toShare, toSizeOrNone } from './flag-values.ts';
import { UsageError } from './terminal.ts';

/** What the flags below give; absent where they are not named. */
export interface StorageArguments {
  readonly memory?: number;
  readonly maxAge?: number;
  readonly pullRequestShare?: number;
  readonly flushFolders?: true;
  readonly redirectFrom?: number;
  readonly s3Bucket?: string;
  readonly s3Endpoint?: string;
  readonly s3Region?: string;
  readonly s3Prefix?: string;
  readonly s3PathStyle?: true;
  readonly s3ConditionalWrites?: ConditionalWrites;
}

/** The flags that say how entries are kept. */
export function addStorageFlags(command: Command): Command {
  const { memoryBytes } = defaultStorageOptions;
  command
    .addOption(
      size(
        '--memory <size>',
        `of small artifacts that are kept in memory; 0 for none (default: ${memoryBytes / 1e6}MB)`,
      ),
    )
    .addOption(maxAgeOption())
    .addOption(pullRequestShareOption())
    .option('--flush-folders', 'flush names of new artifacts too: after a power failure not even the newest is missing')
    .addOption(
      size('--redirect-from <size>', 'let turbo fetch artifacts of this size and more from the bucket itself'),
    );
  return addBucketFlags(command);
}

/** The flags that name a bucket. */
export function addBucketFlags(command: Command): Command {
  return command
    .option('--s3-bucket <name>', 'keep artifacts in this bucket; the disk is a cache of it then')
    .option('--s3-endpoint <url>', 'of an S3-compatible store; without this, Amazon')
    .option('--s3-region <region>', 'of the bucket; without this, what the environment says')
    .option('--s3-prefix <prefix>', 'before every key of the bucket')
    .option('--s3-path-style', 'name the bucket in the path, as most compatible stores want it')
    .addOption(
      new Option('--s3-conditional-writes <mode>', 'how the first of two writers is kept').choices(
        conditionalWriteModes,
      ),
    );
}

/** The flags put over what was configured. Throws a `UsageError` where they contradict each other. */
export function readStorageOptions(given: StorageArguments, configured: StorageOptions): StorageOptions {
  const s3 = readS3Options(given) ?? configured.s3;
  const redirectFromBytes = given.redirectFrom ?? configured.redirectFromBytes;
  if (s3 === null && redirectFromBytes !== null) {
    throw new UsageError('--redirect-from needs --s3-bucket: there is nowhere else to fetch from.');
  }
  return {
    memoryBytes: given.memory ?? configured.memoryBytes,
    derivedShare: given.pullRequestShare ?? configured.derivedShare,
    maxAgeMs: given.maxAge ?? configured.maxAgeMs,
    flushFolders: given.flushFolders ?? configured.flushFolders,
    redirectFromBytes,
    s3,
  };
}

export function readS3Options(given: Partial<StorageArguments>): S3Options | null {
  if (given.s3Bucket === undefined) {
    const other = (['s3Endpoint', 's3Region', 's3Prefix', 's3PathStyle', 's3ConditionalWrites'] as const).find(
      (name) => given[name] !== undefined,
    );
    if (other !== undefined) throw new UsageError('--s3-bucket is missing beside the other --s3 flags.');
    return null;
  }
  const prefix = given.s3Prefix ?? '';
  return {
    bucket: given.s3Bucket,
    endpoint: given.s3Endpoint ?? null,
    region: given.s3Region ?? (given.s3Endpoint === undefined ? null : 'us-east-1'),
    prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
    pathStyle: given.s3PathStyle === true,
    conditionalWrites: given.s3ConditionalWrites ?? 'auto',
  };
}

export function maxAgeOption(): Option {
  return new Option('--max-age <time>', 'remove what nobody has used for so long: 12h, 30d').argParser(toDuration);
}

export function pullRequestShareOption(): Option {
  const { derivedShare } = defaultStorageOptions;
  const help = `of --max-size for scopes such as pr/42 (default: ${derivedShare * 100}%)`;
  return new Option('--pull-request-share <percent>', help).argParser(toShare);
}

function size(flags: string, help: string): Option {
  return new Option(flags, help).argParser(toSizeOrNone);
}
