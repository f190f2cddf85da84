import type { ScenarioName } from '../scenarios/scenario.ts';

export type Measure = 'wallMs' | 'cpuMs' | 'peakMb' | 'daemonPeakMb';

/** `best` is the fastest of all peers in the scenario. */
export type Opponent = 'best' | 'turbo' | 'turbo-native' | 'nx-daemon' | 'floor-node' | 'floor-stat' | 'floor-spawn';

/** What Larder has to reach: a share of another's figure, so much beyond it, or a figure of its own. */
export interface Target {
  readonly scenario: ScenarioName;
  readonly size: string;
  readonly contender: 'larder' | 'larder-daemon';
  readonly measure: Measure;
  readonly limit:
    | { readonly kind: 'ratio'; readonly to: Opponent; readonly most: number }
    | { readonly kind: 'beyond'; readonly to: Opponent; readonly most: number }
    | { readonly kind: 'absolute'; readonly most: number };
}

const sizes = ['10x10', '100x20', '1000x20'] as const;

/** One ratio for each size. */
function ratios(
  scenario: ScenarioName,
  to: Opponent,
  most: readonly (number | null)[],
  contender: Target['contender'] = 'larder',
): readonly Target[] {
  return most.flatMap((limit, index) => {
    const size = sizes[index];
    if (limit === null || size === undefined) return [];
    return [{ scenario, size, contender, measure: 'wallMs', limit: { kind: 'ratio', to, most: limit } } as const];
  });
}

export const targets: readonly Target[] = [
  ...ratios('nothing-changed', 'turbo', [0.7, 0.4, 0.25]),
  ...ratios('nothing-changed', 'turbo-native', [null, 0.6, null]),
  ...ratios('nothing-changed', 'nx-daemon', [null, null, 0.1]),
  ...ratios('nothing-changed', 'turbo', [0.6, 0.35, 0.12], 'larder-daemon'),
  ...ratios('restore', 'best', [0.9, 0.9, 0.9]),
  ...ratios('cold', 'best', [0.9, 0.9, 0.9]),
  ...ratios('leaf-edited', 'best', [0.5, 0.5, 0.4]),
  ...ratios('affected', 'turbo', [0.6, 0.5, 0.3]),
  ...ratios('dry-run', 'turbo', [0.6, 0.5, 0.3]),
  ...ratios('start-up', 'floor-node', [1.3]),
  ...ratios('cold', 'floor-spawn', [1.5, 1.5, 1.5]),
  ...sizes.map((size): Target => {
    const limit = { kind: 'ratio', to: 'floor-stat', most: 1.5 } as const;
    return { scenario: 'nothing-changed', size, contender: 'larder', measure: 'cpuMs', limit };
  }),
  {
    scenario: 'discovery',
    size: '1000x20',
    contender: 'larder',
    measure: 'wallMs',
    limit: { kind: 'beyond', to: 'floor-node', most: 100 },
  },
  ...(['nothing-changed', 'leaf-edited', 'cold'] as const).map((scenario): Target => {
    return {
      scenario,
      size: '1000x20',
      contender: 'larder',
      measure: 'peakMb',
      limit: { kind: 'absolute', most: 120 },
    };
  }),
  {
    scenario: 'nothing-changed',
    size: '1000x20',
    contender: 'larder-daemon',
    measure: 'daemonPeakMb',
    limit: { kind: 'absolute', most: 150 },
  },
];
