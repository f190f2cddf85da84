import { findEnvDefinition, heedsEnvFiles, isolationVariable, sharedEnvFile } from './env-files.ts';
import { addIsolationLine, removeIsolationLine } from './isolation-line.ts';

export interface IsolationRequest {
  /** Whether plugins shall have processes of their own; undefined: that is to be decided by what is there. */
  readonly isolate: boolean | undefined;
  /** The `plugins` of nx.json. */
  readonly plugins: readonly unknown[];
  /** Of the nx that is installed; null: none is. */
  readonly nxVersion: string | null;
  /** The text of a file of the root; null: there is none. */
  readonly read: (file: string) => string | null;
}

export type IsolationProposal =
  | {
      readonly kind: 'edit';
      readonly file: string;
      readonly before: string | null;
      readonly after: string;
      /** A sentence: what nx does from then on. */
      readonly meaning: string;
    }
  /** `note` is a sentence where somebody might expect an edit. */
  | { readonly kind: 'leave'; readonly note: string | null };

const pluginName = '@larder/nx';
const leave: IsolationProposal = { kind: 'leave', note: null };

/**
 * The line of `.env` by which Nx starts no process for each plugin. Those processes keep plugins apart, so it is proposed
 * unasked only where there is no other plugin, and never where somebody has decided already.
 */
export function proposeIsolation(request: IsolationRequest): IsolationProposal {
  const { isolate, nxVersion, read } = request;
  if (isolate === true) return proposeRemoval(read(sharedEnvFile));
  const defined = findEnvDefinition(isolationVariable, read);
  if (defined !== null) {
    const isAgainst = isolate === false && defined.value !== 'false';
    const note = `${defined.file} sets NX_ISOLATE_PLUGINS to "${defined.value}": that was left as it is.`;
    return isAgainst ? { kind: 'leave', note } : leave;
  }
  if (nxVersion === null || !heedsEnvFiles(nxVersion)) {
    const note = 'Before 22.1, nx without its daemon ignores NX_ISOLATE_PLUGINS in .env: set it in the environment.';
    return isolate === false ? { kind: 'leave', note } : leave;
  }
  const others = listOthers(request.plugins);
  if (others.length > 0 && isolate !== false) return { kind: 'leave', note: describeChoice(others) };
  const before = read(sharedEnvFile);
  const meaning = 'Nx loads plugins into its own process, and starts none for each; --isolate-plugins takes that back.';
  return { kind: 'edit', file: sharedEnvFile, before, after: addIsolationLine(before), meaning };
}

function proposeRemoval(before: string | null): IsolationProposal {
  const after = before === null ? null : removeIsolationLine(before);
  const meaning = 'Nx starts a process for each plugin again.';
  return after === null ? leave : { kind: 'edit', file: sharedEnvFile, before, after, meaning };
}

function listOthers(plugins: readonly unknown[]): readonly string[] {
  return plugins
    .map((each) => (typeof each === 'object' && each !== null && 'plugin' in each ? each.plugin : each))
    .filter((name) => typeof name === 'string')
    .filter((name) => name !== pluginName);
}

function describeChoice(others: readonly string[]): string {
  const named =
    others.length > 3 ? `${others.slice(0, 3).join(', ')} and ${others.length - 3} more` : others.join(', ');
  return (
    `Nx starts a process for each plugin in every run. If ${named} and ${pluginName} may share one with Nx, ` +
    '--no-isolate-plugins adds a line to .env that says so.'
  );
}
