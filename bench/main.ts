import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeWorkspace } from '../tools/demo/make-workspace.ts';
import { measureCommands, type Measured } from './measure.ts';

// `npm run bench`: what a user waits for when nothing is to be done, beside the start of Node alone, which
// no Node program can beat. All commands take turns, so that a busy machine slows all of them.

const repositoryRoot = dirname(import.meta.dirname);
const bundle = join(repositoryRoot, 'packages/cli/bundle/larder.js');
const everything = ['run-many', '-t', 'build', 'test', 'report'];

function measure(workspace: string): readonly Measured[] {
  const options = { cwd: workspace, env: { ...process.env, LARDER_REMOTE_MODE: 'off' }, rounds: 15 };
  return measureCommands(
    [
      { title: 'node -e 0', args: ['-e', '0'] },
      { title: 'larder --version', args: [bundle, '--version'] },
      { title: 'larder --help', args: [bundle, '--help'] },
      { title: 'demo workspace, nothing changed', args: [bundle, ...everything] },
      { title: 'demo workspace, dry run', args: [bundle, ...everything, '--dry-run'] },
    ],
    options,
  );
}

function formatRow({ title, medianMs, leastMs, cpuMs, peakMb }: Measured): string {
  const cells = [medianMs, leastMs, cpuMs, peakMb].map((value) => value.toFixed(0).padStart(8));
  return `${title.padEnd(34)}${cells.join('')}`;
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'larder-bench-')));
try {
  makeWorkspace(folder, { repositoryRoot, remoteUrl: 'http://127.0.0.1:1' });
  const measured = measure(folder);
  console.log(`Node ${process.version}, ${availableParallelism()} cores; medians, milliseconds and MB\n`);
  console.log(`${''.padEnd(34)}${['wall', 'least', 'cpu', 'peak'].map((name) => name.padStart(8)).join('')}`);
  for (const row of measured) console.log(formatRow(row));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
