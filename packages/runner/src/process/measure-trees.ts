import type { ProcessFacts } from './process-table.ts';

/** What the living processes of one tree have and took. */
export interface TreeMeasure {
  readonly residentPages: number;
  readonly cpuTicks: number;
  /** The process that holds most memory. */
  readonly largest: ProcessFacts;
}

/**
 * Measures many trees in one pass over the table. A process belongs to the leader whose session or group
 * it is in, and otherwise to the tree of its parent.
 */
export function measureTrees(
  table: readonly ProcessFacts[],
  leaders: ReadonlySet<number>,
): ReadonlyMap<number, TreeMeasure> {
  const byPid = new Map(table.map((facts) => [facts.pid, facts]));
  const measures = new Map<number, TreeMeasure>();
  for (const facts of table) {
    const leader = findLeader(facts, byPid, leaders);
    if (leader === null) continue;
    const known = measures.get(leader);
    measures.set(leader, {
      residentPages: (known?.residentPages ?? 0) + facts.residentPages,
      cpuTicks: (known?.cpuTicks ?? 0) + facts.cpuTicks,
      largest: known === undefined || facts.residentPages > known.largest.residentPages ? facts : known.largest,
    });
  }
  return measures;
}

/** A table that is read while processes come and go can hold a cycle of parents: nobody climbs for ever. */
const highestClimb = 64;

function findLeader(
  facts: ProcessFacts,
  byPid: ReadonlyMap<number, ProcessFacts>,
  leaders: ReadonlySet<number>,
): number | null {
  let current: ProcessFacts | undefined = facts;
  for (let step = 0; current !== undefined && step < highestClimb; step += 1) {
    if (leaders.has(current.session)) return current.session;
    if (leaders.has(current.group)) return current.group;
    current = byPid.get(current.parent);
  }
  return null;
}
