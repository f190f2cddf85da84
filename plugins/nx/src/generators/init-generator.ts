import type { NxJsonConfiguration, Tree } from '@nx/devkit';

export interface InitOptions {
  readonly skipFormat?: boolean;
}

const pluginName = '@larder/nx';

/** What `nx add @larder/nx` runs: names the plugin in nx.json, once, and changes nothing else. */
export default async function initGenerator(tree: Tree, options: InitOptions): Promise<void> {
  const { formatFiles, readNxJson, updateNxJson } = await import('@nx/devkit');
  const nxJson = readNxJson(tree) ?? {};
  if (hasPlugin(nxJson)) return;
  updateNxJson(tree, { ...nxJson, plugins: [...(nxJson.plugins ?? []), pluginName] });
  if (options.skipFormat !== true) await formatFiles(tree);
}

function hasPlugin({ plugins = [] }: NxJsonConfiguration): boolean {
  return plugins.some((entry) => (typeof entry === 'string' ? entry : entry.plugin) === pluginName);
}
