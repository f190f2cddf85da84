import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  asWorkspacePath,
  type GraphContext,
  type Plugin,
  type PluginConfig,
  type PluginParts,
  type Problem,
} from '@larder/core';
import { workspacePlugin } from '@larder/workspace';
import { watchModules } from './watch-modules.ts';

type CreatedPlugin = ReturnType<Plugin['create']>;

export interface LoadedPlugins {
  readonly parts: readonly PluginParts[];
  readonly problems: readonly Problem[];
  /** The files of code that the configuration names, with all that it imports; absolute. Code may import more later. */
  readonly files: ReadonlySet<string>;
}

/**
 * The built-in plugins that this workspace needs, then those of its configuration, in their order. `nx` stands in
 * place of the built-in plugin for Nx; null: that one.
 */
export async function loadPlugins(context: GraphContext, nx: Plugin | null): Promise<LoadedPlugins> {
  const parts: PluginParts[] = [];
  const problems: Problem[] = [];
  for (const plugin of await loadBuiltins(context, nx)) {
    addParts(plugin.name, plugin.create({}), { parts, problems, file: 'larder' });
  }
  const files = context.config.plugins.length === 0 ? new Set<string>() : watchModules();
  for (const configured of context.config.plugins) {
    const loaded = await loadConfigured(configured, context);
    if (loaded.kind === 'problem') problems.push(loaded.problem);
    else addParts(loaded.name, loaded.created, { parts, problems, file: context.config.file ?? 'larder.json' });
  }
  return { parts, problems, files };
}

async function loadBuiltins(context: GraphContext, nx: Plugin | null): Promise<readonly Plugin[]> {
  const has = (name: string): boolean => context.files.has(asWorkspacePath(name));
  const plugins: Plugin[] = [workspacePlugin];
  if (has('turbo.json') || has('turbo.jsonc')) plugins.push((await import('@larder/turborepo')).turborepoPlugin);
  if (has('nx.json')) plugins.push(nx ?? (await import('@larder/nx')).nxPlugin);
  return plugins;
}

interface PartsSink {
  readonly parts: PluginParts[];
  readonly problems: Problem[];
  readonly file: string;
}

function addParts(name: string, created: CreatedPlugin, sink: PartsSink): void {
  if (created.kind === 'valid') {
    sink.parts.push(created.parts);
    return;
  }
  for (const issue of created.issues) {
    const path = ['plugins', name, issue.path].filter((part) => part !== '').join('.');
    sink.problems.push({
      severity: 'error',
      code: 'invalid-value',
      file: sink.file,
      path,
      found: issue.found,
      allowed: issue.allowed,
    });
  }
}

type ConfiguredPlugin =
  | { readonly kind: 'created'; readonly name: string; readonly created: CreatedPlugin }
  | { readonly kind: 'problem'; readonly problem: Problem };

async function loadConfigured(configured: PluginConfig, context: GraphContext): Promise<ConfiguredPlugin> {
  try {
    const require = createRequire(join(context.workspaceRootAbsolute, 'package.json'));
    const module: unknown = await import(pathToFileURL(require.resolve(configured.name)).href);
    const plugin = (module as { readonly default?: unknown }).default;
    if (!isPlugin(plugin)) return unknownPlugin(configured, 'Its default export is not what definePlugin returns.');
    const created: unknown = plugin.create(configured.options);
    if (isCreated(created)) return { kind: 'created', name: plugin.name, created };
    return unknownPlugin(configured, 'It was not made by definePlugin, which checks its options.');
  } catch (error) {
    return unknownPlugin(configured, error instanceof Error ? error.message : String(error));
  }
}

function isPlugin(value: unknown): value is Plugin {
  if (typeof value !== 'object' || value === null) return false;
  const candidate = value as Partial<Plugin>;
  return typeof candidate.name === 'string' && typeof candidate.create === 'function';
}

function isCreated(value: unknown): value is CreatedPlugin {
  if (typeof value !== 'object' || value === null) return false;
  const { kind } = value as Partial<CreatedPlugin>;
  return kind === 'valid' || kind === 'invalid';
}

function unknownPlugin(configured: PluginConfig, detail: string): ConfiguredPlugin {
  return { kind: 'problem', problem: { severity: 'error', code: 'unknown-plugin', plugin: configured.name, detail } };
}
