import type { JsonObject } from '@larder/core';
import { findEnvDefinition, heedsEnvFiles, isIgnoredByGit, isolationVariable } from '@larder/nx';
import { ok, warn, type DoctorContext, type Finding } from './check.ts';
import { readerOf } from './read-root-file.ts';

const id = 'nx-isolation';
const cost =
  'nx starts a process for each plugin: a fifth of a second of processor time in every run for that of Larder';

/** Whether nx, of this version, has processes for its plugins, and what that costs. */
export async function judgeIsolation(
  { rootAbsolute, terminal }: DoctorContext,
  { nxJson, nxVersion }: { readonly nxJson: JsonObject; readonly nxVersion: string },
): Promise<Finding> {
  const own = terminal.env[isolationVariable];
  const defined = findEnvDefinition(isolationVariable, readerOf(rootAbsolute));
  const [where, value] = own === undefined ? [defined?.file, defined?.value] : ['the environment', own];
  if (where === undefined || value === undefined) return judgeDefault(nxJson, nxVersion);
  if (value !== 'false') return ok(id, `${where} sets ${isolationVariable} to "${value}": ${cost}`);
  const isIn = `nx loads plugins into its own process, as ${where} says`;
  if (own !== undefined) return ok(id, isIn);
  if (!heedsEnvFiles(nxVersion)) {
    return warn(id, `${isIn}, but nx ${nxVersion} heeds that with its daemon alone`, 'Set it in the environment.');
  }
  const isIgnored = await isIgnoredByGit(rootAbsolute, where);
  return ok(id, isIgnored ? `${isIn}; git ignores that file: CI has no such line` : isIn);
}

function judgeDefault({ plugins }: JsonObject, nxVersion: string): Finding {
  if (Array.isArray(plugins) && plugins.length > 1) {
    return ok(id, `${cost}; docs/nx-plugin.md says when ${isolationVariable}=false does away with them`);
  }
  const advice = heedsEnvFiles(nxVersion)
    ? 'larder init adds a line to .env that does away with it; --isolate-plugins leaves it.'
    : `Set ${isolationVariable}=false in the environment: no other plugin needs to be kept apart.`;
  return warn(id, cost, advice);
}
