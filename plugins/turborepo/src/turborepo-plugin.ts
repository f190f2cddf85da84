import { definePlugin, type JsonObject, type OptionsResult } from '@larder/core';
import { ignoredFiles } from './ignored/ignored-files-kind.ts';
import { turborepoContributor } from './turborepo-contributor.ts';

/** Gives the packages of a `turbo.json` repository the tasks that it declares. */
export const turborepoPlugin = definePlugin<JsonObject>({
  name: '@larder/turborepo',
  parseOptions: acceptNoOptions,
  create: () => ({ graph: turborepoContributor, inputKinds: [ignoredFiles] }),
});

function acceptNoOptions(options: JsonObject): OptionsResult<JsonObject> {
  const issues = Object.keys(options).map((path) => ({ path, found: 'an option', allowed: 'no options' }));
  return issues.length === 0 ? { kind: 'valid', options } : { kind: 'invalid', issues };
}
