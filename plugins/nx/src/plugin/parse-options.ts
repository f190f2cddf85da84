import { isJsonObject } from '@larder/core';

/** What may stand under `options` of the plugin in nx.json. */
export interface NxPluginOptions {
  /** Whether Larder's cache takes part in runs. */
  readonly cache: boolean;
  /** Whether a summary is printed at the end of a run. */
  readonly summary: boolean;
  /** Whether the workspace's root project gets targets that ask Larder: `larder-doctor` and `larder-stats`. */
  readonly targets: boolean;
}

export const defaultOptions: NxPluginOptions = { cache: true, summary: true, targets: false };

/** The options, and what is wrong with them in words: a run goes on with the defaults in the place of those. */
export function parseOptions(value: unknown): readonly [NxPluginOptions, readonly string[]] {
  if (value === undefined || value === null) return [defaultOptions, []];
  if (!isJsonObject(value)) return [defaultOptions, ['"options" is no object']];
  const problems: string[] = [];
  const read = (name: keyof NxPluginOptions): boolean => {
    const found = value[name];
    if (typeof found === 'boolean') return found;
    if (found !== undefined) problems.push(`"${name}" is ${JSON.stringify(found)}; true or false is allowed`);
    return defaultOptions[name];
  };
  const options = { cache: read('cache'), summary: read('summary'), targets: read('targets') };
  const unknown = Object.keys(value).filter((name) => !(name in defaultOptions));
  const known = Object.keys(defaultOptions).join(', ');
  for (const name of unknown) problems.push(`"${name}" is not known; these are: ${known}`);
  return [options, problems];
}
