import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * The peak of resident memory, in MB, of all processes that belong to the workspace: what stays when a run has
 * ended, a daemon. NaN where there is none, or no /proc.
 */
export function readDaemonPeak(workspaceRoot: string): number {
  const peaks = listProcesses()
    .filter((pid) => belongsTo(pid, workspaceRoot))
    .map((pid) => Number(/^VmHWM:\s+(\d+)/m.exec(readText(`/proc/${pid}/status`))?.[1] ?? 0) / 1024);
  return peaks.length === 0 ? Number.NaN : Math.max(...peaks);
}

function listProcesses(): readonly string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function belongsTo(pid: string, workspaceRoot: string): boolean {
  if (readText(`/proc/${pid}/cmdline`).includes(workspaceRoot)) return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === workspaceRoot;
  } catch {
    return false;
  }
}

/** Empty where the process is gone or another user's. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
