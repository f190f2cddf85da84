import type { AffectedReason, PackageChange, TaskId } from '@larder/core';

/** For each task the way from the change to it: the file, the input that matched it, and the tasks between. */
export function explainAffected(affected: ReadonlyMap<TaskId, AffectedReason>, requested: readonly TaskId[]): string {
  if (requested.length === 0) return 'No task is affected.\n';
  return requested.map((task) => `${task}\n${explainTask(affected, task)}`).join('');
}

function explainTask(affected: ReadonlyMap<TaskId, AffectedReason>, task: TaskId): string {
  const lines: string[] = [];
  let reason = affected.get(task);
  while (reason?.kind === 'dependency') {
    lines.push(`  depends on ${reason.task}\n`);
    reason = affected.get(reason.task);
  }
  return lines.join('') + (reason === undefined ? '' : `  ${describeCause(reason)}\n`);
}

function describeCause(reason: Exclude<AffectedReason, { kind: 'dependency' }>): string {
  switch (reason.kind) {
    case 'file':
      return `${reason.path} is in the input ${reason.input}`;
    case 'config':
      return `${reason.path} configures it${reason.keys.length === 0 ? '' : `: ${reason.keys.join(', ')}`}`;
    case 'lockfile':
      if (reason.packages.length === 0) return `${reason.path} decides the versions of the packages that it uses`;
      return reason.packages.map((one) => `${reason.path}: lockfile package ${describePackage(one)}`).join('\n  ');
  }
}

function describePackage({ name, before, after }: PackageChange): string {
  if (before === null) return `${name} ${after ?? ''} added`;
  if (after === null) return `${name} ${before} removed`;
  return before === after ? `${name} ${before} has other contents` : `${name} ${before} -> ${after}`;
}
