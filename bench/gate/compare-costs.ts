/** A figure for each kind of cost. */
export type Costs = Readonly<Record<string, number>>;

/** Costs by command, such as "unchanged, 10x10". */
export type CostsByCommand = Readonly<Record<string, Costs>>;

export interface Change {
  readonly command: string;
  readonly cost: string;
  readonly baseline: number;
  readonly found: number;
  readonly verdict: 'same' | 'worse' | 'better';
}

interface Tolerance {
  readonly share: number;
  /** In the unit of the cost, beside the share. */
  readonly slack: number;
}

const tolerances: Readonly<Record<string, Tolerance>> = {
  fileCalls: { share: 0.05, slack: 10 },
  opened: { share: 0.05, slack: 3 },
  bytesRead: { share: 0.05, slack: 50_000 },
  // A task that takes a little longer gets a process that ends it should Larder be killed.
  processes: { share: 0.2, slack: 0 },
  chunks: { share: 0, slack: 1 },
  nodeModules: { share: 0.05, slack: 4 },
  // Counted by the processor: not the same on every one, nor from run to run.
  megaInstructions: { share: 0.25, slack: 15 },
};

const betterFrom = 0.9;

/** Only what both have is compared: a machine may lack a counter. A cost without a tolerance gets none. */
export function compareCosts(baseline: CostsByCommand, found: CostsByCommand): readonly Change[] {
  return Object.entries(baseline).flatMap(([command, costs]) =>
    Object.entries(costs).flatMap(([cost, was]): readonly Change[] => {
      const is = found[command]?.[cost];
      return is === undefined ? [] : [{ command, cost, baseline: was, found: is, verdict: judge(cost, was, is) }];
    }),
  );
}

function judge(cost: string, baseline: number, found: number): Change['verdict'] {
  const { share, slack } = tolerances[cost] ?? { share: 0, slack: 0 };
  if (found > baseline * (1 + share) + slack) return 'worse';
  return found < baseline * betterFrom - slack ? 'better' : 'same';
}
