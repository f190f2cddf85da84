import { parseArgs } from 'node:util';
import { findContender } from './contenders/all-contenders.ts';
import type { Contender } from './contenders/contender.ts';
import type { WorkspaceSize } from './generate/plan-workspace.ts';
import { scenarioNames, type ScenarioName } from './scenarios/scenario.ts';

export interface BenchOptions {
  readonly help: boolean;
  readonly full: boolean;
  /** Larder alone at growing sizes. */
  readonly scale: boolean;
  /** Null: what the preset has. */
  readonly sizes: readonly WorkspaceSize[] | null;
  readonly scenarios: readonly ScenarioName[] | null;
  readonly contenders: readonly Contender[] | null;
  readonly rounds: number;
  readonly seed: number;
  readonly budgetMinutes: number;
  /** Folder for the JSON file and the plots. */
  readonly out: string;
}

export const usage = `Usage: node bench/main.ts [options]

  --full                     1,000 projects, the remote cache and growth up to 5,000 projects as well
  --scale                    growth up to 5,000 projects
  --size <sizes>             such as 10x10,100x20: projects x source files of each
  --scenario <names>         ${scenarioNames.join(', ')}
  --peers <names>            larder, larder-daemon, turbo, turbo-native, nx, nx-daemon, moon, lage, wireit, floor-node, …
                             or name=path/to/larder.cjs for another build of Larder
  --rounds <n>               rounds that count (7)
  --seed <n>                 order of the turns (1)
  --budget <minutes>         begins no round after that (9, with --full 120)
  --out <folder>             where the JSON file and the plots go (node_modules/.cache/larder-bench)
`;

/** A text says what is wrong with the arguments. */
export function parseBenchOptions(args: readonly string[]): BenchOptions | string {
  const values = readFlags(args);
  if (typeof values === 'string') return values;
  const sizes = values.size === undefined ? null : values.size.split(',').map(parseSize);
  if (sizes?.includes(null)) return `--size takes such as 100x20, not ${values.size}`;
  const scenarios = values.scenario?.split(',') ?? null;
  const unknown = scenarios?.find((name) => !isScenarioName(name));
  if (unknown !== undefined) return `--scenario takes ${scenarioNames.join(', ')}, not ${unknown}`;
  const contenders = values.peers?.split(',').map((name) => ({ name, contender: findContender(name) })) ?? null;
  const stranger = contenders?.find(({ contender }) => contender === null);
  if (stranger !== undefined) return `--peers does not know ${stranger.name}`;
  const numbers = [values.rounds, values.seed, values.budget].map(Number);
  if (numbers.some((value) => !(value > 0))) return '--rounds, --seed and --budget take a number above 0';
  const [rounds = 0, seed = 0, budgetMinutes = 0] = numbers;
  return {
    full: values.full,
    help: values.help,
    scale: values.scale ?? (values.full && sizes === null),
    sizes: sizes?.filter((size) => size !== null) ?? null,
    scenarios: scenarios?.filter(isScenarioName) ?? null,
    contenders: contenders?.flatMap(({ contender }) => contender ?? []) ?? null,
    rounds,
    seed,
    budgetMinutes,
    out: values.out,
  };
}

interface Flags {
  readonly help: boolean;
  readonly full: boolean;
  readonly scale?: boolean | undefined;
  readonly size?: string | undefined;
  readonly scenario?: string | undefined;
  readonly peers?: string | undefined;
  readonly rounds: string;
  readonly seed: string;
  readonly budget: string;
  readonly out: string;
}

function readFlags(args: readonly string[]): Flags | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', default: false },
        full: { type: 'boolean', default: false },
        scale: { type: 'boolean' },
        size: { type: 'string' },
        scenario: { type: 'string' },
        peers: { type: 'string' },
        rounds: { type: 'string', default: '7' },
        seed: { type: 'string', default: '1' },
        budget: { type: 'string' },
        out: { type: 'string', default: 'node_modules/.cache/larder-bench' },
      },
    });
    return { ...values, budget: values.budget ?? (values.full ? '120' : '9') };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isScenarioName(name: string): name is ScenarioName {
  return (scenarioNames as readonly string[]).includes(name);
}

function parseSize(text: string): WorkspaceSize | null {
  const [, projects, files] = /^([1-9]\d{0,4})x([1-9]\d{0,2})$/.exec(text) ?? [];
  return projects === undefined ? null : { projects: Number(projects), files: Number(files) };
}
