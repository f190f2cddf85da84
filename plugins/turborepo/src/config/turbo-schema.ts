import { recordOf } from '@larder/core';
import * as v from 'valibot';

/*
 * The keys of turbo.json that Larder acts on, as Turborepo 2.11 defines them in its schema.json. `null`
 * means not given, as there. The message of each schema names what is allowed.
 */

const texts = v.nullish(v.array(v.string('a string'), 'an array of strings'));
const flag = v.nullish(v.boolean('true or false'));
const envMode = v.nullish(v.picklist(['strict', 'loose'], 'one of "strict", "loose"'));

const deferredInput = v.object(
  {
    mode: v.picklist(['jit', 'dependencyOutputs'], 'one of "jit", "dependencyOutputs"'),
    globs: v.array(v.string('a string'), 'an array of globs'),
    from: texts,
  },
  'a glob, or an object with "mode" and "globs"',
);

const taskSchema = v.object(
  {
    extends: flag,
    dependsOn: texts,
    env: texts,
    passThroughEnv: texts,
    inputs: v.nullish(
      v.array(
        v.union([v.string(), deferredInput], 'a glob, or an object with "mode" and "globs"'),
        'an array of globs',
      ),
    ),
    outputs: texts,
    cache: flag,
    outputLogs: v.nullish(
      v.picklist(
        ['full', 'hash-only', 'new-only', 'errors-only', 'none'],
        'one of "full", "hash-only", "new-only", "errors-only", "none"',
      ),
    ),
    persistent: flag,
    interactive: flag,
    interruptible: flag,
    with: texts,
    tags: texts,
  },
  'an object',
);

const globalKeys = {
  envMode,
  concurrency: v.nullish(
    v.pipe(v.string('a string'), v.regex(/^[1-9]\d*%?$/, 'a number from 1 in quotes, or a percentage')),
  ),
};

const turboFileSchema = v.object(
  {
    extends: texts,
    tasks: v.nullish(recordOf(v.string(), taskSchema, 'an object: task -> configuration')),
    tags: texts,
    globalDependencies: texts,
    globalEnv: texts,
    globalPassThroughEnv: texts,
    ...globalKeys,
    futureFlags: v.nullish(v.looseObject({ globalConfiguration: flag }, 'an object')),
    global: v.nullish(v.looseObject({ inputs: texts, env: texts, passThroughEnv: texts, ...globalKeys }, 'an object')),
  },
  'an object',
);

export type RawTurboFile = v.InferOutput<typeof turboFileSchema>;
export type RawTurboTask = v.InferOutput<typeof taskSchema>;

export function parseRawTurboFile(value: unknown): v.SafeParseResult<typeof turboFileSchema> {
  return v.safeParse(turboFileSchema, value);
}
