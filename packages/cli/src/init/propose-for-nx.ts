import { addProperty, appendElement, asWorkspacePath, isJsonObject, parseJsonc, type JsonObject } from '@larder/core';
import { describeIgnored, proposeIsolation } from '@larder/nx';
import { isSupportedNx, supportedNx } from '../setup/installed-version.ts';
import { refuse, type FileEdit, type Proposal } from './proposal.ts';

export interface NxWorkspace {
  readonly nxJson: string;
  /** The text of the file that nx.json extends; null where it extends none. */
  readonly base: string | null;
  /** Null where there is none. */
  readonly gitignore: string | null;
  /** Null where there is none. */
  readonly packageJson: string | null;
  /** Of the nx that is installed; null: none is. */
  readonly nxVersion: string | null;
  readonly hasPlugin: boolean;
  /** Of Larder itself. */
  readonly version: string;
  /** Such as `pnpm install`. */
  readonly installCommand: string;
  /** Whether nx shall keep a process for each plugin; undefined: as is best there. */
  readonly isolate: boolean | undefined;
  /** The text of a file of the root; null: there is none. */
  readonly read: (file: string) => string | null;
  /** Whether git ignores the file for variables. */
  readonly isIgnored: boolean;
}

const pluginName = '@larder/nx';

/**
 * The plugin in nx.json, its package among the dependencies, Larder's folder in .gitignore, and where no other plugin is
 * there, the variable by which nx starts no process for it. `larder` itself needs none
 * of them: its folder brings an ignore file of its own, for which Nx's daemon would stop in the middle of a run.
 */
export function proposeForNx(workspace: NxWorkspace): Proposal {
  const { nxVersion } = workspace;
  const found = `an Nx workspace${nxVersion === null ? '' : ` (nx ${nxVersion})`}`;
  if (nxVersion !== null && !isSupportedNx(nxVersion)) {
    const range = `${supportedNx.from} and later, below ${supportedNx.below}`;
    const note = `The plugin ${pluginName} is for nx ${range}: it is left out. The larder command works without it.`;
    return { kind: 'changes', workspace: found, edits: [], notes: [note], next: [] };
  }
  const plugin = editNxJson(workspace);
  if (plugin.kind === 'refused') return plugin.proposal;
  const dependency = editPackageJson(workspace);
  if (dependency.kind === 'refused') return dependency.proposal;
  const isolation = decideIsolation(workspace);
  const edits = [plugin.edit, dependency.edit, editGitignore(workspace), isolation.edit];
  const install = `Run \`${workspace.installCommand}\` next: nx cannot start without the plugin.`;
  return {
    kind: 'changes',
    workspace: found,
    edits: edits.filter((edit) => edit !== null),
    notes: isolation.notes,
    next: [...(dependency.edit === null ? [] : [install]), ...isolation.next],
  };
}

interface Isolation {
  readonly edit: FileEdit | null;
  readonly notes: readonly string[];
  readonly next: readonly string[];
}

function decideIsolation({ nxJson, isolate, nxVersion, read, isIgnored }: NxWorkspace): Isolation {
  const { value } = parseJsonc(nxJson, asWorkspacePath('nx.json'));
  const plugins = isJsonObject(value) && Array.isArray(value['plugins']) ? value['plugins'] : [];
  const proposal = proposeIsolation({ isolate, plugins, nxVersion, read });
  if (proposal.kind === 'leave') {
    return { edit: null, notes: proposal.note === null ? [] : [proposal.note], next: [] };
  }
  const { file, before, after, meaning } = proposal;
  return {
    edit: { file, before, after },
    notes: isIgnored ? [meaning, describeIgnored(file)] : [meaning],
    next: ["Nx's daemon, if one runs, goes on as it was started: `nx daemon --stop` ends it."],
  };
}

type Edited =
  | { readonly kind: 'edited'; readonly edit: FileEdit | null }
  | { readonly kind: 'refused'; readonly proposal: Proposal };

const asItIs: Edited = { kind: 'edited', edit: null };

function editNxJson({ nxJson, base }: NxWorkspace): Edited {
  const parsed = parseObject('nx.json', nxJson);
  if (parsed.kind === 'refused') return parsed;
  const plugins = parsed.value['plugins'];
  if (plugins === undefined && namesPlugins(base)) {
    // Nx takes the nearest list alone: one in nx.json would hide that of the base.
    const allowed = `${pluginName} at the end of the "plugins" of the file that nx.json extends`;
    return { kind: 'refused', proposal: refuse('nx.json', 'plugins', { found: 'none of its own', allowed }) };
  }
  if (plugins === undefined) return write('nx.json', nxJson, addProperty(nxJson, [], ['plugins', [pluginName]]));
  if (!Array.isArray(plugins)) {
    return { kind: 'refused', proposal: refuse('nx.json', 'plugins', { found: kindOf(plugins), allowed: 'a list' }) };
  }
  const isNamed = plugins.some((each) => (isJsonObject(each) ? each['plugin'] : each) === pluginName);
  return isNamed ? asItIs : write('nx.json', nxJson, appendElement(nxJson, ['plugins'], pluginName));
}

function namesPlugins(base: string | null): boolean {
  if (base === null) return false;
  const { value } = parseJsonc(base, asWorkspacePath('nx.json'));
  return isJsonObject(value) && value['plugins'] !== undefined;
}

function editGitignore({ gitignore }: NxWorkspace): FileEdit | null {
  const text = gitignore ?? '';
  if (/^\/?\.larder\/?[ \t]*$/m.test(text)) return null;
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const isOpen = text !== '' && !text.endsWith('\n');
  return { file: '.gitignore', before: gitignore, after: `${text}${isOpen ? lineEnd : ''}.larder${lineEnd}` };
}

const dependencyKeys = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

function editPackageJson({ packageJson, hasPlugin, version }: NxWorkspace): Edited {
  if (packageJson === null) {
    const allowed = 'a package.json, which nx loads its plugins by';
    const proposal = refuse('package.json', '', { found: 'no such file', allowed });
    return hasPlugin ? asItIs : { kind: 'refused', proposal };
  }
  const parsed = parseObject('package.json', packageJson);
  if (parsed.kind === 'refused') return parsed;
  const lists = dependencyKeys.map((key) => parsed.value[key]).filter(isJsonObject);
  if (hasPlugin || lists.some((list) => pluginName in list)) return asItIs;
  const range = `^${version}`;
  const { devDependencies } = parsed.value;
  const after =
    devDependencies === undefined
      ? addProperty(packageJson, [], ['devDependencies', { [pluginName]: range }])
      : addProperty(packageJson, ['devDependencies'], [pluginName, range]);
  return write('package.json', packageJson, after);
}

function write(file: string, before: string, after: string | null): Edited {
  if (after !== null) return { kind: 'edited', edit: { file, before, after } };
  const proposal = refuse(file, '', {
    found: 'text that Larder cannot edit safely',
    allowed: `${pluginName}, added by hand`,
  });
  return { kind: 'refused', proposal };
}

type ParsedObject =
  | { readonly kind: 'object'; readonly value: JsonObject }
  | { readonly kind: 'refused'; readonly proposal: Proposal };

function parseObject(file: string, text: string): ParsedObject {
  const { value, problems } = parseJsonc(text, asWorkspacePath(file));
  if (problems.length > 0) return { kind: 'refused', proposal: { kind: 'refused', problems } };
  if (isJsonObject(value)) return { kind: 'object', value };
  return { kind: 'refused', proposal: refuse(file, '', { found: kindOf(value), allowed: 'an object' }) };
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
