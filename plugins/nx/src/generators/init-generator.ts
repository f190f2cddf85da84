import type { NxJsonConfiguration, Tree } from '@nx/devkit';

export interface InitOptions {
  readonly skipFormat?: boolean;
}

const pluginName = '@larder/nx';

/** What `nx add @larder/nx` runs: names the plugin in nx.json, and Larder's folder in .gitignore, once each. */
export default async function initGenerator(tree: Tree, options: InitOptions): Promise<void> {
  const { formatFiles, readNxJson, updateNxJson } = await import('@nx/devkit');
  const nxJson = readNxJson(tree) ?? {};
  ignoreFolder(tree);
  if (hasPlugin(nxJson)) return;
  updateNxJson(tree, { ...nxJson, plugins: [...(nxJson.plugins ?? []), pluginName] });
  if (options.skipFormat !== true) await formatFiles(tree);
}

/** Nx's daemon stops where an ignore file appears below what it watches; so the folder must not bring its own. */
function ignoreFolder(tree: Tree): void {
  const text = tree.exists('.gitignore') ? (tree.read('.gitignore', 'utf-8') ?? '') : '';
  if (/^\/?\.larder\/?[ \t]*$/m.test(text)) return;
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const isOpen = text !== '' && !text.endsWith('\n');
  tree.write('.gitignore', `${text}${isOpen ? lineEnd : ''}.larder${lineEnd}`);
}

function hasPlugin({ plugins = [] }: NxJsonConfiguration): boolean {
  return plugins.some((entry) => (typeof entry === 'string' ? entry : entry.plugin) === pluginName);
}
