import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Contender, Invocation, RemoteCache } from '../contenders/contender.ts';
import { chooseEditedProjects } from '../generate/choose-edited-projects.ts';
import { planWorkspace, type WorkspaceSize } from '../generate/plan-workspace.ts';
import { writeWorkspace } from '../generate/write-workspace.ts';
import { runMeasured } from '../measure/run-measured.ts';
import type { Site } from './scenario.ts';

export interface SiteOptions {
  /** Absolute; the workspaces are made in it. */
  readonly folder: string;
  /** Absolute; the node_modules folder with the peers. Null where no peer takes part. */
  readonly modules: string | null;
  readonly env: NodeJS.ProcessEnv;
  readonly deadlineMs: number;
  /** Ends the run under way and all that would follow. */
  readonly signal: AbortSignal;
}

/** Gives each contender a workspace of its own with the same projects. */
export function openSites(
  contenders: readonly Contender[],
  size: WorkspaceSize,
  options: SiteOptions,
): readonly Site[] {
  const plan = planWorkspace(size);
  const edited = chooseEditedProjects(plan);
  return contenders.map((contender) => {
    const root = join(options.folder, `${size.projects}x${size.files}`, contender.name);
    mkdirSync(root, { recursive: true });
    writeWorkspace(root, plan, contender.configure(plan));
    if (options.modules !== null) linkModules(options.modules, root);
    const place = { root, modules: options.modules ?? '', remote: null };
    return createSite({ contender, plan, edited, place }, options);
  });
}

export function withRemote(site: Site, remote: RemoteCache, options: SiteOptions): Site {
  return createSite({ ...site, place: { ...site.place, remote } }, options);
}

/** Ends its daemon, where it has one, and removes its workspace. */
export async function closeSite({ contender, place }: Site, options: SiteOptions): Promise<void> {
  const stop = contender.stopDaemon?.(place);
  const signal = AbortSignal.timeout(options.deadlineMs);
  if (stop !== undefined) await runMeasured(stop, { cwd: place.root, ...options, signal });
  rmSync(place.root, { recursive: true, force: true, maxRetries: 5 });
}

function createSite(parts: Omit<Site, 'build' | 'forget'>, options: SiteOptions): Site {
  const { contender, place } = parts;
  const run = async (invocation: Invocation | null | undefined): Promise<string> => {
    if (invocation === null || invocation === undefined) throw new Error('it has no command for that');
    const { exitCode, output } = await runMeasured(invocation, { cwd: place.root, ...options });
    if (exitCode !== 0) throw new Error(`${contender.name} ended with exit code ${exitCode}\n${output.slice(-2_000)}`);
    return output;
  };
  return {
    ...parts,
    build: () => run(contender.build ?? contender.invoke('build', place)),
    forget: async () => {
      if (contender.forget !== undefined) await run(contender.forget(place));
    },
  };
}

/** Links of its own, because some runners keep their cache in node_modules. */
function linkModules(modules: string, root: string): void {
  const folder = join(root, 'node_modules');
  mkdirSync(folder);
  for (const name of readdirSync(modules)) {
    if (!name.startsWith('.')) symlinkSync(join(modules, name), join(folder, name));
  }
}
