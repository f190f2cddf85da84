import * as v from 'valibot';
import { closedObject, namedValues, text } from './schema-shapes.ts';
import { quantitySchemas } from './value-schemas.ts';

const remoteModes = ['read-write', 'read-only', 'off'] as const;

const remoteUrlPattern = /^https?:\/\/[^\s/@?#]+(\/[^\s?#]*)?$/;

export const remoteUrlSchema = v.pipe(
  v.string('an http or https URL'),
  v.regex(remoteUrlPattern, 'an http or https URL without user name, query or fragment'),
  v.check((url) => !remoteUrlPattern.test(url) || URL.canParse(url), 'an http or https URL whose host and port can be'),
);

export const remoteModeSchema = v.picklist(remoteModes, 'one of "read-write", "read-only", "off"');

const remoteModeByPlace = closedObject(
  { ci: v.exactOptional(remoteModeSchema), local: v.exactOptional(remoteModeSchema) },
  'one of "read-write", "read-only", "off", or { "ci": …, "local": … }',
);

export const scopeSchema = v.pipe(v.string('a scope'), v.regex(/^[A-Za-z0-9@._/-]{1,200}$/, 'a scope such as "main"'));

const publicKeySchema = v.pipe(
  v.string('an Ed25519 public key'),
  v.regex(/^[A-Za-z0-9_-]{43}$/, 'an Ed25519 public key: 43 characters, as `larder cache keygen` prints it'),
);

/** The value of `remote`. */
export const remoteSchema = closedObject(
  {
    url: v.exactOptional(
      v.pipe(remoteUrlSchema, v.description('Address of the remote cache. LARDER_REMOTE_URL wins over it.')),
    ),
    token: v.exactOptional(
      v.pipe(text, v.description('Bearer token. Better kept out of files, in LARDER_REMOTE_TOKEN.')),
    ),
    mode: v.exactOptional(
      v.pipe(
        v.union(
          [remoteModeSchema, remoteModeByPlace],
          'one of "read-write", "read-only", "off", or { "ci": …, "local": … }',
        ),
        v.description('What is done with the remote cache, in CI and elsewhere. LARDER_REMOTE_MODE wins over it.'),
      ),
    ),
    timeoutMs: v.exactOptional(
      v.pipe(
        v.number('a number of milliseconds'),
        v.integer('a whole number of milliseconds'),
        v.minValue(1, 'at least 1 ms'),
        v.maxValue(600_000, 'at most 600000 ms'),
        v.description('How long a request may go without progress, in milliseconds.'),
      ),
    ),
    tokenFile: v.exactOptional(
      v.pipe(text, v.description('File with the token, readable by its owner alone: absolute, or from the root.')),
    ),
    oidcAudience: v.exactOptional(
      v.pipe(text, v.description('Exchanges the identity of the CI job for a token, asked for with this audience.')),
    ),
    publicKeys: v.exactOptional(
      v.pipe(
        namedValues(
          v.union(
            [publicKeySchema, v.pipe(v.array(publicKeySchema), v.minLength(1), v.maxLength(16))],
            'an Ed25519 public key of 43 characters, or an array of them',
          ),
          'an object: scope -> public key, or keys',
        ),
        v.check((keys) => Object.keys(keys).length > 0, 'at least one scope with its keys'),
        v.description('Ed25519 keys by scope. Artifacts that none of them has signed are refused.'),
      ),
    ),
    signingKeyFile: v.exactOptional(
      v.pipe(text, v.description('File with the private key, readable by its owner alone. Or LARDER_SIGNING_KEY.')),
    ),
    signingScope: v.exactOptional(
      v.pipe(scopeSchema, v.description('Scope that signatures name, "main" by default. Or LARDER_SIGNING_SCOPE.')),
    ),
    caFile: v.exactOptional(
      v.pipe(text, v.description('PEM file of certificate authorities to trust beside the usual ones.')),
    ),
    maxConnections: v.exactOptional(
      v.pipe(
        v.number('a number'),
        v.integer('a whole number'),
        v.minValue(1, 'at least 1'),
        v.maxValue(256, 'at most 256'),
        v.description('Connections to the remote cache at the same time, 16 by default.'),
      ),
    ),
    maxBytesPerSecond: v.exactOptional(
      v.pipe(quantitySchemas.size, v.description('Bandwidth of each direction, such as "5MB". Unlimited by default.')),
    ),
    uploadSlowerThanExecution: v.exactOptional(
      v.pipe(
        v.boolean('true or false'),
        v.description('Uploads what takes longer to move than to execute, too. False by default.'),
      ),
    ),
  },
  'an object with "url", "mode" and others',
);
