import { definePlugin, type JsonObject, type OptionsResult } from '@larder/core';
import { turborepoContributor } from './turborepo-contributor.ts';

/** Gives the scripts of a `turbo.json` repository the inputs, outputs and dependencies that it declares. */
export const turborepoPlugin = definePlugin<JsonObject>({
  name: '@larder/turborepo',
  parseOptions: acceptNoOptions,
  create: () => ({ graph: turborepoContributor }),
});

function acceptNoOptions(options: JsonObject): OptionsResult<JsonObject> {
  const issues = Object.keys(options).map((path) => ({ path, found: 'an option', allowed: 'no options' }));
  return issues.length === 0 ? { kind: 'valid', options } : { kind: 'invalid', issues };
}
