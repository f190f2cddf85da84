import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks since boot: with the pid it names one process for good, a pid alone is used again. */
  readonly startedAtTicks: string;
  /** A zombie holds an entry in the table, runs nothing and cannot be ended. */
  readonly zombie: boolean;
}

/** All processes of this machine that can be seen. Null where there is no `/proc` of Linux's kind. */
export function readProcessTable(): readonly ProcessFacts[] | null {
  const table: ProcessFacts[] = [];
  for (const name of listProcessNames()) {
    if (!/^\d+$/.test(name)) continue;
    const facts = readProcess(name);
    if (facts !== null) table.push(facts);
  }
  return table.length === 0 ? null : table;
}

function listProcessNames(): readonly string[] {
  if (process.platform !== 'linux') return [];
  try {
    return readdirSync('/proc');
  } catch {
    // Not mounted, as in some sandboxes.
    return [];
  }
}

/** Null where the process has ended meanwhile or belongs to somebody who hides it. */
function readProcess(pid: string): ProcessFacts | null {
  try {
    return parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return null;
  }
}

/** Reads the format of proc_pid_stat(5). The command's name may itself hold spaces and brackets. */
export function parseProcessStat(text: string): ProcessFacts | null {
  const nameEnd = text.lastIndexOf(')');
  const fields = text.slice(nameEnd + 2).split(' ');
  const [state, parent, group, session] = fields;
  const startedAtTicks = fields[19];
  const pid = Number.parseInt(text, 10);
  if (nameEnd < 0 || Number.isNaN(pid) || state === undefined || startedAtTicks === undefined) return null;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    startedAtTicks,
    zombie: state === 'Z' || state === 'X',
  };
}

export interface ProcessTreeRoot {
  /** The process that was started; it leads its own session and group. */
  readonly leader: number;
  /** Processes known from an earlier look, which may have been given to another parent since. */
  readonly known: readonly ProcessFacts[];
}

/** The living processes of a tree: the session and group of the leader, what was known, and all that descends from those. */
export function findProcessTree(table: readonly ProcessFacts[], root: ProcessTreeRoot): readonly ProcessFacts[] {
  const known = new Map(root.known.map((facts) => [facts.pid, facts.startedAtTicks]));
  const children = Map.groupBy(table, (facts) => facts.parent);
  const found = new Map<number, ProcessFacts>();
  const pending = table.filter(
    (facts) =>
      facts.group === root.leader || facts.session === root.leader || known.get(facts.pid) === facts.startedAtTicks,
  );
  for (let facts = pending.pop(); facts !== undefined; facts = pending.pop()) {
    if (found.has(facts.pid)) continue;
    found.set(facts.pid, facts);
    pending.push(...(children.get(facts.pid) ?? []));
  }
  return [...found.values()].filter((facts) => !facts.zombie);
}
