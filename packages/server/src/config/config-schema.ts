import * as v from 'valibot';
import { parseDuration } from '../command-line/parse-duration.ts';
import { parseSize } from '../command-line/parse-size.ts';
import { closedObject } from './parse-document.ts';

/*
 * The one definition of the keys of `larder-server.json`: `readConfig` validates with it, the names of environment
 * variables follow from it, and `docs/larder-server.schema.json` is generated from it. The message of each schema
 * names what is allowed.
 */

const text = v.pipe(v.string('a text'), v.minLength(1, 'a text that is not empty'));
const flag = v.boolean('true or false');
const size = v.pipe(
  v.string('a size such as "10GB" or "512MiB"'),
  v.check((value) => parseSize(value) !== null, 'a size such as "10GB" or "512MiB"'),
);
const time = v.pipe(
  v.string('a time such as "90s", "12h" or "30d"'),
  v.check((value) => parseDuration(value) !== null, 'a time such as "90s", "12h" or "30d"'),
);

function whole(from: number, to: number) {
  const allowed = `a whole number from ${from} to ${to}`;
  return v.pipe(v.number(allowed), v.integer(allowed), v.minValue(from, allowed), v.maxValue(to, allowed));
}

function key<const Schema extends v.GenericSchema>(schema: Schema, about: string) {
  return v.exactOptional(v.pipe(schema, v.description(about)));
}

const rate = closedObject({
  requestsPerSecond: whole(1, 1_000_000),
  burst: whole(1, 1_000_000),
});

const entries = {
  $schema: v.exactOptional(text),
  storage: key(text, 'Folder of tokens and artifacts; relative paths start at this file.'),
  host: key(text, 'Address to listen on.'),
  port: key(whole(0, 65_535), 'Port to listen on; 0 takes a free one.'),
  maxSize: key(size, 'Of all artifacts together.'),
  maxArtifactSize: key(size, 'Of one artifact.'),
  anonymousRead: key(flag, 'Let callers without a token read the scope main.'),
  tls: key(closedObject({ certificate: text, key: text }), 'PEM files; read again on SIGHUP.'),
  oidc: key(
    closedObject({
      rules: v.pipe(text, v.description('The rules file, see docs/server.md.')),
      tokenLifetime: key(time, 'Of tokens that are given in exchange; 1h by default.'),
      signingKey: key(text, 'File with 64 hex digits, the same for all servers behind one address.'),
    }),
    'Tokens of CI systems.',
  ),
  quotas: key(
    closedObject({ scope: key(size, 'Of each scope.'), tenant: key(size, 'Of each tenant.') }),
    'What may be kept.',
  ),
  rateLimits: key(
    closedObject({ scope: key(rate, 'Of each scope.'), tenant: key(rate, 'Of each tenant.') }),
    'What may be asked.',
  ),
  audit: key(
    closedObject({
      file: text,
      maxFileSize: key(size, 'A larger file is set aside; 100MB by default.'),
      files: key(whole(1, 1000), 'How many are kept, the current one among them; 10 by default.'),
    }),
    'A log of every write and refusal of its own.',
  ),
  statisticsDays: key(whole(1, 3660), 'How long usage statistics are kept.'),
  metricsFromLoopback: key(flag, 'Answer /metrics and /api/stats on this machine without a token. Not behind a proxy.'),
  memory: key(size, 'Of small artifacts kept in memory.'),
  maxAge: key(time, 'Artifacts that nobody has used for so long go.'),
  pullRequestShare: key(whole(0, 100), 'Percent of maxSize for scopes such as pr/42.'),
  flushFolders: key(flag, 'Flush names of new artifacts too: after a power failure not even the newest is missing.'),
  redirectFrom: key(size, 'Clients that follow redirects fetch artifacts of this size and more from the bucket.'),
  s3: key(
    closedObject({
      bucket: text,
      endpoint: key(text, "Without this Amazon's own, for the region."),
      region: key(text, 'Without this what the environment says; us-east-1 with an endpoint.'),
      prefix: key(text, 'Before every key.'),
      pathStyle: key(flag, 'http://host/bucket/key instead of http://bucket.host/key.'),
      conditionalWrites: key(
        v.picklist(['auto', 'native', 'claims'], 'one of "auto", "native", "claims"'),
        'How the first of two writers is kept.',
      ),
    }),
    'A bucket that holds all artifacts; the folder is a cache of it then. Credentials come from the environment.',
  ),
};

/** A whole `larder-server.json`. */
export const serverConfigSchema = closedObject(entries);

export type ServerConfig = v.InferOutput<typeof serverConfigSchema>;
