import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const run = promisify(execFile);
const root = dirname(import.meta.dirname);
const larder = join(root, 'tools', 'larder');

async function publishedVersion(): Promise<string> {
  const manifest: { version: string } = JSON.parse(await readFile(join(root, 'packages/cli/package.json'), 'utf8'));
  return manifest.version;
}

test('larder --version prints the published version and nothing else', async () => {
  const { stdout, stderr } = await run(larder, ['--version']);
  expect({ stdout, stderr }).toEqual({ stdout: `${await publishedVersion()}\n`, stderr: '' });
});

test('the launcher works from any folder and through a link with another name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'larder-link-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await symlink(larder, join(folder, 'l'));
  const { stdout } = await run('./l', ['--version'], { cwd: folder });
  expect(stdout).toBe(`${await publishedVersion()}\n`);
});

/** What is imported of them, by name: the daemon is an ES module, and they are CommonJS files that runs load, too. */
const partNames = {
  undici: ['EnvHttpProxyAgent'],
  yaml: ['LineCounter', 'parseAllDocuments'],
  'fast-glob': ['default'],
  'tar-header': ['Header'],
  'tar-pax': ['Pax'],
  telemetry: ['exportTelemetry'],
};

test.each(Object.entries(partNames))('an ES module finds what it takes from %s', async (part, names) => {
  const url = new URL(`../packages/cli/bundle/${part}.cjs`, import.meta.url).href;
  const script = `import * as part from ${JSON.stringify(url)};
    console.log(JSON.stringify(${JSON.stringify(names)}.map((name) => typeof part[name])));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
  expect(JSON.parse(stdout)).toEqual(names.map(() => 'function'));
});
