import { addProperty, appendElement, asWorkspacePath, isJsonObject, parseJsonc } from '@larder/core';
import type { Tree } from '@nx/devkit';

const pluginName = '@larder/nx';

/** What `nx add @larder/nx` runs: names the plugin in nx.json, and Larder's folder in .gitignore, once each. */
export default async function initGenerator(tree: Tree): Promise<void> {
  ignoreFolder(tree);
  const text = tree.read('nx.json', 'utf8') ?? '{}\n';
  const { value } = parseJsonc(text, asWorkspacePath('nx.json'));
  const plugins = isJsonObject(value) ? value['plugins'] : undefined;
  if (Array.isArray(plugins) && plugins.some(isOurs)) return;
  const added = Array.isArray(plugins)
    ? appendElement(text, ['plugins'], pluginName)
    : addProperty(text, [], ['plugins', [pluginName]]);
  if (added === null) throw new Error(`nx.json is not understood. Add "${pluginName}" to its "plugins" by hand.`);
  tree.write('nx.json', added);
}

/** Nx's daemon stops where an ignore file appears below what it watches; so the folder must not bring its own. */
function ignoreFolder(tree: Tree): void {
  const text = tree.exists('.gitignore') ? (tree.read('.gitignore', 'utf-8') ?? '') : '';
  if (/^\/?\.larder\/?[ \t]*$/m.test(text)) return;
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const isOpen = text !== '' && !text.endsWith('\n');
  tree.write('.gitignore', `${text}${isOpen ? lineEnd : ''}.larder${lineEnd}`);
}

function isOurs(entry: unknown): boolean {
  if (entry === pluginName) return true;
  return typeof entry === 'object' && entry !== null && (entry as { readonly plugin?: unknown }).plugin === pluginName;
}
