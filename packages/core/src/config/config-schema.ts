import * as v from 'valibot';
import { mostRetries } from '../schedule/plan-retries.ts';
import { parseAge, parseSize } from './parse-quantity.ts';

/*
 * The one definition of Larder's keys: `parseConfig` validates with it and the JSON schema in
 * `docs/larder.schema.json` is generated from it. The message of each schema names what is allowed.
 */

/** Valibot takes arrays for objects. The JSON schema says `"type": "object"` by itself. */
function noArray<Schema extends v.GenericSchema>(schema: Schema, allowed: string) {
  const isNoArray = v.check((value: unknown) => !Array.isArray(value), allowed);
  return v.pipe(v.unknown(), isNoArray, schema);
}

/** A key that is not among the entries is an issue of type `never`, whose message lists the known keys. */
function closedObject<const Entries extends v.ObjectEntries>(entries: Entries, allowed: string) {
  return noArray(v.objectWithRest(entries, v.never(Object.keys(entries).join(' ')), allowed), allowed);
}

function openObject<const Entries extends v.ObjectEntries>(entries: Entries, allowed: string) {
  return noArray(v.looseObject(entries, allowed), allowed);
}

function recordOf<const Value extends v.GenericSchema>(value: Value, allowed: string) {
  return noArray(v.record(v.string(), value, allowed), allowed);
}

const daemonModes = ['auto', 'on', 'off'] as const;
const outputStyles = ['tui', 'stream', 'static', 'static-failures', 'ndjson'] as const;
const continueModes = ['never', 'dependencies-successful', 'always'] as const;
const remoteModes = ['read-write', 'read-only', 'off'] as const;

const text = v.pipe(v.string('a string'), v.minLength(1, 'a string that is not empty'));
const options = recordOf(v.unknown(), 'an object');

export const parallelSchema = v.union(
  [v.pipe(v.number(), v.integer(), v.minValue(1)), v.pipe(v.string(), v.regex(/^([1-9][0-9]{0,5}%?|auto)$/))],
  'a whole number from 1, a share of the cores such as "50%", or "auto"',
);

const resourceName = /^[A-Za-z0-9@._/-]{1,100}$/;

export function isResourceName(value: unknown): value is string {
  return typeof value === 'string' && resourceName.test(value);
}

const resourcesSchema = v.pipe(
  recordOf(
    v.pipe(v.number('a number'), v.integer('a whole number'), v.minValue(1, 'at least 1')),
    'an object: name -> how much there is of it',
  ),
  v.check(
    (resources) => Object.keys(resources).every(isResourceName),
    'names of letters, digits and "@._/-", such as "gpu"',
  ),
);

export const remoteUrlSchema = v.pipe(
  v.string('an http or https URL'),
  v.regex(/^https?:\/\/[^\s/@?#]+(\/[^\s?#]*)?$/, 'an http or https URL without user name, query or fragment'),
);

export const remoteModeSchema = v.picklist(remoteModes, 'one of "read-write", "read-only", "off"');

export const daemonModeSchema = v.picklist(daemonModes, 'one of "auto", "on", "off"');

export const cacheDirectorySchema = v.pipe(
  v.string('a path'),
  v.regex(
    /^(?!\.?[/\\]*$)(?!(.*[/\\])?\.\.([/\\]|$))[^\0]+$/,
    'a path below the workspace root without "..", or an absolute path',
  ),
);

export const quantitySchemas = {
  size: v.pipe(
    v.string('a size such as "10GB"'),
    v.check((value) => (parseSize(value) ?? 0) > 0, 'a size such as "500MB" or "10GB"'),
  ),
  age: v.pipe(
    v.string('an age such as "30d"'),
    v.check((value) => (parseAge(value) ?? 0) > 0, 'an age such as "12h" or "30d"'),
  ),
};

const remoteModeByPlace = closedObject(
  { ci: v.exactOptional(remoteModeSchema), local: v.exactOptional(remoteModeSchema) },
  'one of "read-write", "read-only", "off", or { "ci": …, "local": … }',
);

export const scopeSchema = v.pipe(v.string('a scope'), v.regex(/^[A-Za-z0-9@._/-]{1,200}$/, 'a scope such as "main"'));

export const publicKeySchema = v.pipe(
  v.string('an Ed25519 public key'),
  v.regex(/^[A-Za-z0-9_-]{43}$/, 'an Ed25519 public key: 43 characters, as `larder cache keygen` prints it'),
);

const cacheSchema = closedObject(
  {
    maxSize: v.exactOptional(
      v.pipe(quantitySchemas.size, v.description('What the local cache may hold, "20GB" by default.')),
    ),
    maxAge: v.exactOptional(
      v.pipe(quantitySchemas.age, v.description('How long unused entries stay, "30d" by default.')),
    ),
  },
  'an object with "maxSize", "maxAge"',
);

const remoteSchema = closedObject(
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
        recordOf(
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

const pluginSchema = v.union(
  [
    text,
    v.strictObject({ plugin: text, options: v.exactOptional(options) }),
    v.strictObject({ name: text, options: v.exactOptional(options) }),
  ],
  'a package name, a path that starts with "./", or { "plugin": …, "options": {…} }',
);

const larderEntries = {
  parallel: v.exactOptional(
    v.pipe(
      parallelSchema,
      v.description(
        'How many tasks run at the same time: a number, a percentage of the cores (100% by default) or auto.',
      ),
    ),
  ),
  retries: v.exactOptional(
    v.pipe(
      v.number('a number'),
      v.integer('a whole number'),
      v.minValue(0, 'at least 0'),
      v.maxValue(mostRetries, `at most ${mostRetries}`),
      v.description('How often a task that fails is tried again, where its target does not say. 0 by default.'),
    ),
  ),
  resources: v.exactOptional(
    v.pipe(
      resourcesSchema,
      v.description('What tasks share, and how much there is of it: targets say in "resources" what they take.'),
    ),
  ),
  continue: v.exactOptional(
    v.pipe(
      v.picklist(continueModes, 'one of "never", "dependencies-successful", "always"'),
      v.description('What still runs after a task has failed.'),
    ),
  ),
  outputStyle: v.exactOptional(
    v.pipe(
      v.picklist(outputStyles, 'one of "tui", "stream", "static", "static-failures", "ndjson"'),
      v.description('How a run is shown. By default what fits the terminal; in CI "static-failures".'),
    ),
  ),
  cacheDirectory: v.exactOptional(
    v.pipe(
      cacheDirectorySchema,
      v.description('Folder of the local cache: below the workspace root, or absolute to share it between checkouts.'),
    ),
  ),
  cache: v.exactOptional(v.pipe(cacheSchema, v.description('Limits of the local cache.'))),
  remote: v.exactOptional(v.pipe(remoteSchema, v.description('The remote cache.'))),
  daemon: v.exactOptional(
    v.pipe(
      daemonModeSchema,
      v.description(
        'Whether runs use a process that watches the files. LARDER_DAEMON wins over it. "auto" by default.',
      ),
    ),
  ),
  plugins: v.exactOptional(
    v.pipe(
      v.array(pluginSchema, 'an array of plugins'),
      v.description('Larder plugins, in the order in which they apply.'),
    ),
  ),
  passThroughEnv: v.exactOptional(
    v.pipe(
      v.array(text, 'an array of names'),
      v.description('Variables, with wildcards, that reach tasks in strict mode without being declared.'),
    ),
  ),
  envMode: v.exactOptional(
    v.pipe(
      v.picklist(['strict', 'loose'], 'one of "strict", "loose"'),
      v.description('strict: tasks see only variables that are declared or passed through.'),
    ),
  ),
};

/** The value of `larder` in `nx.json`. */
export const larderKeysSchema = closedObject(larderEntries, 'an object');

const defaultBase = v.exactOptional(
  v.pipe(text, v.description('Branch or ref that `larder affected` compares with, "main" by default.')),
);
const namedInputs = v.exactOptional(
  v.pipe(
    recordOf(v.array(v.unknown(), 'an array of inputs'), 'an object: name -> array of inputs'),
    v.description("Named inputs, in Nx's grammar."),
  ),
);
const targetDefaults = v.exactOptional(
  v.pipe(
    recordOf(
      v.union(
        [options, v.array(options)],
        'a target configuration, or an array of target configurations with "filter"',
      ),
      'an object: target name, executor or glob -> target configuration',
    ),
    v.description("Defaults of targets by name, executor or glob, in Nx's grammar."),
  ),
);

/** A whole `larder.json`. */
export const larderFileSchema = closedObject(
  { $schema: v.exactOptional(v.string('a string')), ...larderEntries, defaultBase, namedInputs, targetDefaults },
  'an object',
);

/** What Larder reads of an `nx.json`; the keys that it does not know belong to Nx. */
export const nxFileSchema = openObject(
  {
    larder: v.exactOptional(larderKeysSchema),
    parallel: v.exactOptional(parallelSchema),
    defaultBase,
    affected: v.exactOptional(openObject({ defaultBase }, 'an object')),
    namedInputs,
    targetDefaults,
    plugins: v.exactOptional(v.array(v.union([text, options], 'a plugin name or an object'), 'an array of plugins')),
  },
  'an object',
);

export type LarderKeys = v.InferOutput<typeof larderKeysSchema>;
