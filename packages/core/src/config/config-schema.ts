import * as v from 'valibot';
import { mostRetries } from '../schedule/plan-retries.ts';
import { remoteSchema } from './remote-schema.ts';
import { closedObject, openObject, options, namedValues, text } from './schema-shapes.ts';
import {
  cacheDirectorySchema,
  daemonModeSchema,
  parallelSchema,
  quantitySchemas,
  resourcesSchema,
} from './value-schemas.ts';

/*
 * The one definition of Larder's keys: `parseConfig` validates with it and the JSON schema in
 * `docs/larder.schema.json` is generated from it. The message of each schema names what is allowed.
 */

const outputStyles = ['tui', 'stream', 'static', 'static-failures', 'ndjson'] as const;
const continueModes = ['never', 'dependencies-successful', 'always'] as const;

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
const larderKeysSchema = closedObject(larderEntries, 'an object');

const defaultBase = v.exactOptional(
  v.pipe(text, v.description('Branch or ref that `larder affected` compares with, "main" by default.')),
);
const namedInputs = v.exactOptional(
  v.pipe(
    namedValues(v.array(v.unknown(), 'an array of inputs'), 'an object: name -> array of inputs'),
    v.description("Named inputs, in Nx's grammar."),
  ),
);
const targetDefaults = v.exactOptional(
  v.pipe(
    namedValues(
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
