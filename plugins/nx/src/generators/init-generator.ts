import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { addProperty, appendElement, asWorkspacePath, isJsonObject, parseJsonc } from '@larder/core';
import type { Tree } from '@nx/devkit';
import { findNx } from '../find-nx.ts';
import { describeIgnored, isIgnoredByGit } from '../isolation/is-ignored-by-git.ts';
import { proposeIsolation, type IsolationProposal } from '../isolation/propose-isolation.ts';
import { stopNxDaemon } from './stop-nx-daemon.ts';

const pluginName = '@larder/nx';

export interface InitOptions {
  /** Nx gives it where somebody said so: `--isolatePlugins`, `--no-isolate-plugins`. */
  readonly isolatePlugins?: boolean;
}

/**
 * What `nx add @larder/nx` runs: names the plugin in nx.json, and Larder's folder in .gitignore, once each; and lets Nx
 * load plugins into its own process where no other plugin needs one of its own.
 */
export default async function initGenerator(
  tree: Tree,
  { isolatePlugins }: InitOptions = {},
): Promise<(() => Promise<void>) | void> {
  const text = tree.read('nx.json', 'utf8') ?? '{}\n';
  const { value } = parseJsonc(text, asWorkspacePath('nx.json'));
  const plugins = isJsonObject(value) ? value['plugins'] : undefined;
  if (plugins === undefined) requireOwnList(tree, value);
  namePlugin(tree, text, plugins);
  ignoreFolder(tree);
  const proposal = proposeIsolation({
    isolate: isolatePlugins,
    plugins: Array.isArray(plugins) ? plugins : [],
    nxVersion: findNx(tree.root)?.version ?? null,
    read: (file) => (tree.exists(file) ? tree.read(file, 'utf8') : null),
  });
  return await applyIsolation(tree, proposal);
}

/** Nx takes the nearest list alone: one in nx.json would hide that of the file which it extends. */
function requireOwnList(tree: Tree, nxJson: unknown): void {
  const base = isJsonObject(nxJson) ? nxJson['extends'] : undefined;
  if (typeof base !== 'string' || readBasePlugins(tree, base) === undefined) return;
  throw new Error(
    `nx.json has no "plugins" of its own, and one would hide those of ${base}. Add "${pluginName}" at their end by hand.`,
  );
}

/** Undefined where it names none; a base that cannot be read is for Nx to tell of. */
function readBasePlugins({ root }: Tree, base: string): unknown {
  try {
    const file = createRequire(join(root, 'nx.json')).resolve(base);
    const { value } = parseJsonc(readFileSync(file, 'utf8'), asWorkspacePath('nx.json'));
    return isJsonObject(value) ? value['plugins'] : undefined;
  } catch {
    return undefined;
  }
}

function namePlugin(tree: Tree, text: string, plugins: unknown): void {
  if (Array.isArray(plugins) && plugins.some(isOurs)) return;
  const added = Array.isArray(plugins)
    ? appendElement(text, ['plugins'], pluginName)
    : addProperty(text, [], ['plugins', [pluginName]]);
  if (added === null) throw new Error(`nx.json is not understood. Add "${pluginName}" to its "plugins" by hand.`);
  tree.write('nx.json', added);
}

/** The daemon that runs keeps the processes of its plugins: what it was told when it started holds for its life. */
async function applyIsolation(tree: Tree, proposal: IsolationProposal): Promise<(() => Promise<void>) | void> {
  if (proposal.kind === 'leave') {
    if (proposal.note !== null) process.stdout.write(`${proposal.note}\n`);
    return undefined;
  }
  const { file, after } = proposal;
  if (after === '') tree.delete(file);
  else tree.write(file, after);
  process.stdout.write(`${proposal.meaning}\n`);
  if (await isIgnoredByGit(tree.root, file)) process.stdout.write(`${describeIgnored(file)}\n`);
  return () => stopNxDaemon(tree.root);
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
