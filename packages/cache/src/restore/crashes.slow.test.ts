import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { crashedFiles } from '../fixtures/crashed-files.ts';
import { hashNamed } from '../fixtures/tasks.ts';
import { neverAborted, openTestCache } from '../fixtures/test-cache.ts';
import { createWorkspace, type TestWorkspace } from '../fixtures/workspace.ts';
import { verifyCache } from '../store/verify-cache.ts';

const program = fileURLToPath(new URL('../fixtures/store-and-restore.ts', import.meta.url));
/** Two workspaces at the same time, because most of a round is the start of its process. */
const killsPerWorkspace = 25;

/** Kills a process without warning while it stores and restores; it is at another point each time. */
async function killAfter(workspace: TestWorkspace, delayMs: number): Promise<void> {
  const child = spawn(process.execPath, ['--conditions=source', program, workspace.root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await setTimeout(delayMs);
  child.kill('SIGKILL');
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
}

/** Every file is that of one version, whole. The program's own writes are the one exception: a task that was killed. */
function readVersions(workspace: TestWorkspace): ReadonlySet<string> {
  const versions = new Set<string>();
  const [first, second] = [crashedFiles('a'), crashedFiles('b')];
  for (const path of Object.keys(first)) {
    const content = readIfPresent(workspace.absolute(path));
    if (content === null) versions.add('missing');
    else if (content === first[path]) versions.add('a');
    else if (content === second[path]) versions.add('b');
    else versions.add(isStartOf(content, path) ? 'being written by the task' : 'broken');
  }
  return versions;
}

function isStartOf(content: string, path: string): boolean {
  return crashedFiles('a')[path]?.startsWith(content) === true || crashedFiles('b')[path]?.startsWith(content) === true;
}

function readIfPresent(absolute: string): string | null {
  try {
    return readFileSync(absolute, 'utf8');
  } catch {
    return null;
  }
}

test('a process killed at 50 points of storing and restoring breaks nothing', { timeout: 120_000 }, async () => {
  const survived = await Promise.all([killOften(0), killOften(25)]);
  expect(survived).toEqual([killsPerWorkspace, killsPerWorkspace]);
});

async function killOften(offsetMs: number): Promise<number> {
  using workspace = createWorkspace();
  workspace.write(crashedFiles('a'));
  let kill = 0;
  for (; kill < killsPerWorkspace; kill += 1) {
    await killAfter(workspace, offsetMs + ((kill * 7) % 25));
    const versions = readVersions(workspace);
    expect(versions).not.toContain('broken');
    // Old files stay until new ones take their place.
    expect(versions).not.toContain('missing');
    expect((await verifyCache(workspace.absolute('.larder/cache'), neverAborted)).damaged).toEqual([]);
    await repair(workspace);
  }
  return kill;
}

/** The next run: what it restores is exactly one version. */
async function repair(workspace: TestWorkspace): Promise<void> {
  const next = openTestCache(workspace);
  for (const version of ['a', 'b']) {
    const restored = await next.restore(version);
    if (restored.kind === 'miss') {
      workspace.write(crashedFiles(version));
      await next.store(version);
    }
    expect(readVersions(workspace)).toEqual(new Set([version]));
    expect(next.local?.find(hashNamed(version))).not.toBeNull();
  }
  expect(next.troubles).toEqual([]);
}
