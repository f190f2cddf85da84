import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeWorkspace, writeFiles } from './support/make-workspace.ts';
import { nxFeatures } from './support/nx-features.ts';
import { asNxMajor } from './support/as-nx-major.ts';
import { nodeModulesWithNx, readNxMajor } from './support/nx-under-test.ts';
import { larder } from './support/run-larder.ts';

/** Whatever a JSON file holds. */
type Json = ReturnType<typeof JSON.parse>;

const targets = ['build', 'test-unit', 'stories', 'docs', 'deploy', 'report', 'plain', 'check'];
/** Its target is inferred by a plugin of Nx: nobody but Nx knows what it was. */
const inferred = '@acme/lint:check';

async function affectedIn(root: string, asked: readonly string[]): Promise<readonly string[]> {
  const run = await larder(root, ['affected', '--base', 'HEAD', '-t', ...asked, '--explain']);
  if (run.exitCode !== 0) throw new Error(run.stderr);
  return run.stdout.split('\n').filter((line) => /^\S+:\S+$/.test(line));
}

test('with an installed nx, configuration affects the tasks that it affects without one, and inferred ones', async () => {
  const files = asNxMajor(nxFeatures(), readNxMajor());
  const roots = { installed: makeWorkspace(files), alone: makeWorkspace(files) };
  symlinkSync(nodeModulesWithNx, join(roots.installed, 'node_modules'));
  const edit = async (path: string, change: (json: Json) => void): Promise<readonly string[]> => {
    const text = readFileSync(join(roots.alone, path), 'utf8');
    const json: Json = JSON.parse(text);
    change(json);
    for (const root of Object.values(roots)) writeFiles(root, { [path]: json as object });
    const installed = await affectedIn(roots.installed, targets);
    const alone = await affectedIn(
      roots.alone,
      targets.filter((target) => target !== 'check'),
    );
    for (const root of Object.values(roots)) writeFiles(root, { [path]: text });
    expect(installed.filter((id) => id !== inferred)).toEqual(alone);
    return installed;
  };
  expect(await edit('nx.json', (it) => it.namedInputs.docs.push('{projectRoot}/pages.txt'))).toEqual(
    expect.not.arrayContaining(['web:build', 'web:report']) as unknown,
  );
  const command = await edit('apps/web/project.json', (it) => (it.targets.report.command = 'echo report 2'));
  expect(command).toContain('web:report');
  expect(command.filter((id) => /:(docs|stories|plain)$/.test(id))).toEqual([]);
  await edit('nx.json', (it) => (it.targetDefaults['test-*'].outputs = ['{projectRoot}/coverage']));
  await edit('packages/ui/project.json', (it) => (it.targets.stories.configurations.prod.port = 3));
  await edit('packages/core/package.json', (it) => (it.scripts['test-unit'] = 'echo test core 2'));
}, 60_000);
