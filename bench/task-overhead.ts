// What Larder adds to each task: in a cold run, beside bare spawns of the same tasks, and in the history of runs.
//
//   node bench/task-overhead.ts [tasks] [rounds]
//
// The rounds of all variants are interleaved; medians count. Needs the bundled command and the compiled packages.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asDigest, asRunId, formatTaskId, toTaskHash } from '@larder/core';
import { openHistory, type RunRecord } from '@larder/report';
import type { Contender } from './contenders/contender.ts';
import { createFloors } from './contenders/floors.ts';
import { builtLarder, createLarder } from './contenders/larder.ts';
import { planWorkspace, type WorkspacePlan } from './generate/plan-workspace.ts';
import { writeWorkspace } from './generate/write-workspace.ts';
import { cleanEnvironment } from './measure/clean-environment.ts';
import { runMeasured, type MeasuredRun } from './measure/run-measured.ts';
import { median } from './measure/statistics.ts';

const filesPerProject = 5;
const deadlineMs = 300_000;

interface Variant {
  readonly name: string;
  readonly root: string;
  readonly args: readonly string[];
  readonly runs: MeasuredRun[];
}

const [taskCount = 100, rounds = 7] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'larder-task-overhead-'));
try {
  await measureRuns(planWorkspace({ projects: taskCount, files: filesPerProject }));
  for (const tasks of [10, 100, 1_000, 5_000]) await measureRecords(tasks);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measureRuns(plan: WorkspacePlan): Promise<void> {
  const larder = createLarder({ name: 'larder', daemon: 'off', bundle: builtLarder });
  const floor = createFloors().find(({ name }) => name === 'floor-spawn');
  if (floor === undefined) throw new Error('no floor spawns tasks');
  const place = writeSite(plan, larder);
  const build = [builtLarder, 'run-many', '--targets=build', '--output-style=static-failures'];
  const variants: readonly Variant[] = [
    { name: 'bare spawns', root: writeSite(plan, floor), args: argsOf(floor), runs: [] },
    { name: 'executed, nothing kept', root: place, args: [...build, '--skip-cache'], runs: [] },
    { name: 'executed and stored', root: place, args: build, runs: [] },
  ];
  for (let round = 0; round <= rounds; round += 1) {
    for (const variant of variants) {
      clear(plan, variant.root);
      const run = await measure(variant);
      // The first round warms what is warm for everybody.
      if (round > 0) variant.runs.push(run);
    }
  }
  const [bare] = variants;
  console.log(`${taskCount} tasks, medians of ${rounds} rounds; what is above bare spawns, for each task`);
  for (const variant of variants) {
    const [wallMs, cpuMs] = [wallOf(variant), cpuOf(variant)];
    const more = bare === undefined ? 0 : wallMs - wallOf(bare);
    const moreCpu = bare === undefined ? 0 : cpuMs - cpuOf(bare);
    console.log(
      `${variant.name.padEnd(24)} ${wallMs.toFixed(0).padStart(6)} ms (CPU ${cpuMs.toFixed(0)} ms), ` +
        `${(more / taskCount).toFixed(2)} ms more a task (CPU ${(moreCpu / taskCount).toFixed(2)} ms)`,
    );
  }
}

function writeSite(plan: WorkspacePlan, contender: Contender): string {
  const root = join(folder, contender.name);
  mkdirSync(root);
  writeWorkspace(root, plan, contender.configure(plan));
  return root;
}

function argsOf(contender: Contender): readonly string[] {
  const { build } = contender;
  if (build === undefined) throw new Error(`${contender.name} builds nothing`);
  return build.args;
}

function clear(plan: WorkspacePlan, root: string): void {
  rmSync(join(root, '.larder'), { recursive: true, force: true });
  for (const project of plan.projects) rmSync(join(root, project.folder, 'dist'), { recursive: true, force: true });
}

async function measure({ name, root, args }: Variant): Promise<MeasuredRun> {
  const env = { LARDER_DAEMON: 'off', LARDER_REMOTE_MODE: 'off' };
  const run = await runMeasured(
    { command: process.execPath, args, env },
    {
      cwd: root,
      env: cleanEnvironment(process.env, join(folder, 'home')),
      deadlineMs,
      signal: new AbortController().signal,
    },
  );
  if (run.exitCode !== 0) throw new Error(`${name} ended with ${run.exitCode}:\n${run.output}`);
  return run;
}

function wallOf({ runs }: Variant): number {
  return median(runs.map(({ wallMs }) => wallMs));
}

function cpuOf({ runs }: Variant): number {
  return median(runs.map(({ cpuMs }) => cpuMs));
}

/** Opens the history, adds a run and closes it, as each run does at its end. */
async function measureRecords(tasks: number): Promise<void> {
  const file = join(folder, `history-${tasks}`, 'history.sqlite');
  const wallMs: number[] = [];
  const cpuMs: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const record = makeRecord(tasks, round);
    const [startedAt, usage] = [performance.now(), process.cpuUsage()];
    const opened = await openHistory(file);
    if (opened.kind === 'unavailable') throw new Error(opened.detail);
    opened.history.recordRun(record);
    opened.history.close();
    const { user, system } = process.cpuUsage(usage);
    if (round === 0) continue;
    wallMs.push(performance.now() - startedAt);
    cpuMs.push((user + system) / 1000);
  }
  console.log(
    `record of ${String(tasks).padStart(5)} tasks: ${median(wallMs).toFixed(1).padStart(6)} ms ` +
      `(CPU ${median(cpuMs).toFixed(1)} ms), ${(median(wallMs) / tasks).toFixed(3)} ms a task`,
  );
}

function makeRecord(tasks: number, round: number): RunRecord {
  const nothing = {
    executed: tasks,
    restoredLocal: 0,
    restoredRemote: 0,
    upToDate: 0,
    failed: 0,
    skipped: 0,
    cancelled: 0,
  };
  return {
    v: 1,
    runId: asRunId(`bench-${round}`),
    startedAtEpochMs: Date.now(),
    command: 'larder run-many --targets=build',
    slots: 2,
    exitCode: 0,
    durationMs: tasks,
    savedMs: 0,
    downloadedBytes: 0,
    uploadedBytes: 0,
    unusedDownloads: 0,
    git: { head: null, branch: 'main', dirty: false },
    totals: nothing,
    tasks: Array.from({ length: tasks }, (_, index) => ({
      id: formatTaskId(`lib-${index}`, 'build'),
      cacheable: true,
      continuous: false,
      dependsOn: index === 0 ? [] : [formatTaskId(`lib-${index - 1}`, 'build')],
      hash: toTaskHash(asDigest(`${round}`.padStart(8, '0') + index.toString(16).padStart(24, '0'))),
      outcome: { kind: 'executed', durationMs: 1, attempts: 1 },
      reason: '1 file changed: src/index.ts',
      hashMs: 0.1,
      lookupMs: 0.1,
      activeAt: index,
      startedAt: index,
      settledAt: index + 1,
      storedBytes: 1_000,
      cpuMs: 1,
      peakMemoryBytes: 1_000_000,
    })),
  };
}
