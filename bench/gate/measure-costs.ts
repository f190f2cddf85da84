import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Action } from '../contenders/contender.ts';
import { builtLarder, createLarder } from '../contenders/larder.ts';
import { cleanEnvironment } from '../measure/clean-environment.ts';
import { git } from '../generate/git.ts';
import { editProject } from '../scenarios/edit-workspace.ts';
import { closeSite, openSites } from '../scenarios/open-sites.ts';
import type { Site } from '../scenarios/scenario.ts';
import type { Costs, CostsByCommand } from './compare-costs.ts';
import { countCalls, type CountedCommand } from './count-calls.ts';
import { countMegaInstructions, countNodeModules } from './count-work.ts';

const sizes = [
  { projects: 10, files: 10 },
  { projects: 100, files: 20 },
];
const actions = { build: 'unchanged', 'dry-run': 'dry run' } as const;
const repeats = 3;
/** So many runs teach Larder which compiled code to keep; what they write is no cost of later ones. */
const learningRuns = 6;

/** What commands of Larder cost beyond `node -e 0`, the least of some runs. Traces go into the folder. */
export async function measureCosts(folder: string): Promise<CostsByCommand> {
  const env = cleanEnvironment(process.env, `${folder}/home`);
  const empty = { command: process.execPath, args: ['-e', '0'], cwd: folder, env };
  const floor = measureLeast(empty, folder, nothing);
  const larder = createLarder({ name: 'larder', daemon: 'off', bundle: builtLarder });
  const costs: Record<string, Costs> = {};
  for (const size of sizes) {
    const options = { folder, modules: null, env, deadlineMs: 120_000, signal: new AbortController().signal };
    const [site] = openSites([larder], size, options);
    if (site === undefined) continue;
    // The first runs settle what changed within one tick of the clock.
    for (let run = 0; run < repeats; run += 1) await site.build();
    // Git reads files of the same second as its index again and again, until it writes that anew in a later one.
    await setTimeout(1000);
    git(site.place.root, 'status', '--porcelain');
    costs['--version'] ??= subtract(measureLeast(describe(site, 'version', env), folder, nothing), floor);
    for (const action of ['build', 'dry-run'] as const) {
      const name = `${actions[action]}, ${size.projects}x${size.files}`;
      costs[name] = subtract(measureLeast(describe(site, action, env), folder, nothing), floor);
    }
    costs[`one leaf edited, ${size.projects}x${size.files}`] = subtract(await measureEdited(site, env, folder), floor);
    await closeSite(site, options);
  }
  return costs;
}

function describe({ contender, place }: Site, action: Action, env: NodeJS.ProcessEnv): CountedCommand {
  const invocation = contender.invoke(action, place);
  if (invocation === null) throw new Error(`no command for ${action}`);
  const { command, args } = invocation;
  return { command, args, cwd: place.root, env: { ...env, ...invocation.env } };
}

async function measureEdited(site: Site, env: NodeJS.ProcessEnv, folder: string): Promise<Costs> {
  let round = 0;
  const edit = (): void => editProject(site, site.edited.leaf, ++round);
  for (let run = 0; run < learningRuns; run += 1) {
    edit();
    await site.build();
  }
  return measureLeast(describe(site, 'build', env), folder, edit);
}

const nothing = (): void => {};

/** `prepare` comes before each run. */
function measureLeast(command: CountedCommand, folder: string, prepare: () => void): Costs {
  const bundleFolder = `${dirname(builtLarder)}/`;
  const found = Array.from({ length: repeats }, (): Costs => {
    prepare();
    const instructions = countMegaInstructions(command);
    prepare();
    const calls = countCalls(command, { folder, bundleFolder });
    prepare();
    return {
      ...calls,
      nodeModules: countNodeModules(command),
      ...(instructions === null ? {} : { megaInstructions: instructions }),
    };
  });
  return combine(found, (values) => Math.min(...values));
}

function subtract(costs: Costs, floor: Costs): Costs {
  return combine([costs, floor], ([own = 0, least = 0]) => Math.round(own - least));
}

function combine(all: readonly Costs[], merge: (values: readonly number[]) => number): Costs {
  const names = Object.keys(all[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, merge(all.map((costs) => costs[name] ?? 0))]));
}
