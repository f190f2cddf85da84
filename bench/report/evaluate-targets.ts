import type { Row } from './summarise.ts';
import type { Opponent, Target } from './targets.ts';

export interface Verdict {
  readonly target: Target;
  /** In the unit of the limit: a ratio, milliseconds or MB. */
  readonly found: number;
  readonly held: boolean;
  /** Whom `best` turned out to be, or the opponent itself; null for an absolute limit. */
  readonly against: string | null;
}

/** Verdicts on the targets whose figures there are. */
export function evaluateTargets(targets: readonly Target[], rows: readonly Row[]): readonly Verdict[] {
  return targets.flatMap((target) => {
    const verdict = evaluate(target, rows);
    return verdict === null ? [] : [verdict];
  });
}

function evaluate(target: Target, rows: readonly Row[]): Verdict | null {
  const { limit, measure } = target;
  const here = rows.filter((row) => isValidAt(row, target) && !Number.isNaN(row[measure]));
  const own = here.find(({ contender }) => contender === target.contender);
  if (own === undefined) return null;
  if (limit.kind === 'absolute') return judge(target, own[measure], null);
  const other = findOpponent(limit.to, here);
  if (other === null) return null;
  switch (limit.kind) {
    case 'ratio':
      return judge(target, own[measure] / other[measure], other.contender);
    case 'beyond':
      return judge(target, own[measure] - other[measure], other.contender);
  }
}

function judge(target: Target, found: number, against: string | null): Verdict {
  return { target, found, held: found <= target.limit.most, against };
}

function isValidAt(row: Row, { scenario, size }: Target): boolean {
  return row.scenario === scenario && row.size === size && row.invalid === null;
}

/** The best is the fastest of the peers: no floor, no other build of Larder. */
function findOpponent(name: Opponent, rows: readonly Row[]): Row | null {
  if (name !== 'best') return rows.find(({ contender }) => contender === name) ?? null;
  const peers = rows.filter(({ role }) => role === 'peer');
  return peers.reduce<Row | null>((best, row) => (best === null || row.wallMs < best.wallMs ? row : best), null);
}
