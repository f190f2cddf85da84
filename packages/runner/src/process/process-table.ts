import { closeSync, openSync, readdirSync, readSync } from 'node:fs';

export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks since boot: with the pid it names one process for good, a pid alone is used again. */
  readonly startedAtTicks: string;
  /** A zombie holds an entry in the table, runs nothing and cannot be ended. */
  readonly zombie: boolean;
  /** User and system time of the process and of the children that it has waited for. */
  readonly cpuTicks: number;
  readonly residentPages: number;
}

/**
 * All processes of this machine that can be seen, from the id `first` on. Null where there is no `/proc` of Linux's
 * kind.
 */
export function readProcessTable(first = 0): readonly ProcessFacts[] | null {
  const table: ProcessFacts[] = [];
  for (const name of listProcessNames()) {
    if (!/^\d+$/.test(name) || Number(name) < first) continue;
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

/** Longer than any line of this file: 52 numbers and a name of at most 64 bytes. */
const statBytes = 1536;

/** Null where the process has ended meanwhile or belongs to somebody who hides it. A zombie still has its facts. */
export function readProcess(pid: number | string): ProcessFacts | null {
  try {
    const file = openSync(`/proc/${pid}/stat`, 'r');
    try {
      // One read gives all of it; `readFileSync` would ask for its size and its end, too.
      const buffer = Buffer.allocUnsafe(statBytes);
      return parseProcessStat(buffer.toString('latin1', 0, readSync(file, buffer)));
    } finally {
      closeSync(file);
    }
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
    cpuTicks: sum(fields.slice(11, 15)),
    residentPages: Number(fields[21] ?? 0),
  };
}

function sum(numbers: readonly string[]): number {
  return numbers.reduce((total, number) => total + Number(number), 0);
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
