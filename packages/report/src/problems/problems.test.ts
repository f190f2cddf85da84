import { describe, expect, test } from 'vitest';
import { asWorkspacePath, type Problem, type ProblemCode, type ProblemFacts } from '@larder/core';
import { taskId } from '../testing/recorded-run.ts';
import { describeProblem } from './describe-problem.ts';
import { didYouMean } from './did-you-mean.ts';
import { renderProblem } from './render-problem.ts';

const samples: { readonly [Code in ProblemCode]: Extract<ProblemFacts, { code: Code }> } = {
  'invalid-syntax': { code: 'invalid-syntax', file: 'nx.json', detail: 'expected a comma' },
  'invalid-value': { code: 'invalid-value', file: 'nx.json', path: 'parallel', found: '"x"', allowed: 'a number' },
  'unknown-key': { code: 'unknown-key', file: 'larder.json', path: 'remoot', near: ['remote'] },
  'unreadable-file': { code: 'unreadable-file', file: 'a/package.json', detail: 'EACCES' },
  'unwritable-file': { code: 'unwritable-file', file: 'out/graph.json', detail: 'its folder is not there' },
  'no-workspace': { code: 'no-workspace', directory: '/tmp' },
  'no-projects': { code: 'no-projects', members: null },
  'duplicate-project': { code: 'duplicate-project', project: 'web', roots: ['', 'apps/web'] },
  'unknown-project': { code: 'unknown-project', project: 'wbe', near: ['web'] },
  'unknown-task': { code: 'unknown-task', task: 'build', target: 'build', near: ['web:build'] },
  'unknown-target': { code: 'unknown-target', target: 'biuld', near: ['build'] },
  'unknown-configuration': {
    code: 'unknown-configuration',
    task: 'web:build',
    configuration: 'prod',
    near: ['production'],
  },
  'unknown-named-input': { code: 'unknown-named-input', input: 'prod', near: [] },
  'unknown-executor': { code: 'unknown-executor', executor: '@x/y:z', task: 'web:build' },
  'unknown-plugin': { code: 'unknown-plugin', plugin: '@x/y', detail: 'not installed' },
  'plugin-failed': { code: 'plugin-failed', plugin: '@x/y', detail: 'boom' },
  'task-cycle': { code: 'task-cycle', cycle: ['web:build', 'ui:build', 'web:build'].map(taskId) },
  'output-outside-workspace': { code: 'output-outside-workspace', task: 'web:build', output: '../dist' },
  unsupported: { code: 'unsupported', feature: 'sync generators', detail: 'they are not run' },
  'not-a-git-repository': { code: 'not-a-git-repository', directory: '/tmp' },
  'git-unusable': { code: 'git-unusable', directory: '/my repo', fault: 'owner', detail: 'dubious ownership' },
  'no-commits': { code: 'no-commits', directory: '/tmp' },
  'unknown-git-ref': { code: 'unknown-git-ref', ref: 'main', shallow: true, found: null },
  'no-merge-base': { code: 'no-merge-base', base: 'main', head: 'HEAD', shallow: false },
  'runtime-input-failed': { code: 'runtime-input-failed', command: 'node -v', detail: 'exit code 1' },
  usage: { code: 'usage', detail: "Unknown option '--paralel'", near: ['--parallel'] },
};

test('every problem has a message, and most a hint', () => {
  const texts = Object.values(samples).map((facts) => describeProblem({ ...facts, severity: 'error' }));
  expect(texts.map(({ message, hint }) => (hint === null ? message : `${message} | ${hint}`))).toMatchInlineSnapshot(`
    [
      "nx.json cannot be parsed: expected a comma",
      ""parallel" in nx.json is "x"; allowed: a number",
      "larder.json has the unknown key "remoot"; did you mean 'remote'? | Remove the key, or correct its name.",
      "a/package.json cannot be read: EACCES | Check that the file exists and may be read.",
      "out/graph.json cannot be written: its folder is not there | Check that its folder exists and may be written to.",
      "There is no workspace at or above /tmp | A workspace has an nx.json, a larder.json, a pnpm-workspace.yaml, or a package.json with "workspaces".",
      "The workspace has no projects | List their folders under "workspaces" in package.json (or in pnpm-workspace.yaml), or add project.json files.",
      "The name 'web' belongs to more than one project: the workspace root, apps/web | Give each project a name of its own in its package.json or project.json.",
      "There is no project 'wbe'; did you mean 'web'? | \`larder show projects\` lists all projects.",
      "'build' names no task; did you mean 'web:build'? | Tasks are named project:target; \`larder run-many -t build\` runs a target of all projects.",
      "No project has the target 'biuld'; did you mean 'build'? | \`larder show project <name>\` lists the targets of a project.",
      "web:build has no configuration 'prod'; did you mean 'production'? | Add it under "configurations" of the target, or leave it out.",
      "There is no named input 'prod' | Define it under "namedInputs", or write a path pattern that starts with {projectRoot} or {workspaceRoot}.",
      "Nothing implements the executor '@x/y:z' of web:build | Install the package that it comes from, or add the plugin that runs it.",
      "The plugin '@x/y' cannot be loaded: not installed | Install it, or correct its name under "plugins"; the path of a local plugin starts with "./".",
      "The plugin '@x/y' failed: boom | Report this to the author of the plugin.",
      "These tasks wait for each other: web:build -> ui:build -> web:build | Remove one of these edges from "dependsOn".",
      "The output '../dist' of web:build lies outside the workspace | Outputs start with {projectRoot} or {workspaceRoot} and do not leave it.",
      "sync generators is not supported: they are not run",
      "/tmp is not in a git repository | \`affected\` compares with git; give --files instead, or use \`larder run-many\`.",
      "git cannot use the repository /my repo: dubious ownership | Give the folder to this user, or trust it: \`git config --global --add safe.directory '/my repo'\`.",
      "The git repository has no commits yet, so that there is nothing to compare with | Commit first, or use \`larder run-many\`.",
      "git does not know 'main' | The clone is shallow. Fetch it with its history: \`git fetch --unshallow origin main:refs/remotes/origin/main\`, or \`fetch-depth: 0\` in CI.",
      "'main' and 'HEAD' have no commit in common | Give another --base, one that the branch started from.",
      "The runtime input \`node -v\` failed: exit code 1 | The command must exit with 0 on every machine; its output goes into the hash.",
      "Unknown option '--paralel'; did you mean '--parallel'? | \`larder --help\` shows what is possible.",
    ]
  `);
});

test('near names are joined as in speech, three at most', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c', 'd']].map(didYouMean)).toEqual([
    '',
    "; did you mean 'a'?",
    "; did you mean 'a' or 'b'?",
    "; did you mean 'a', 'b' or 'c'?",
  ]);
});

describe('a rendered problem', () => {
  const location = { file: asWorkspacePath('packages/ui/package.json'), line: 14, column: 19, length: 11 };
  const cycle: Problem = { ...samples['task-cycle'], severity: 'error', location };

  test('shows the place, the line and a squiggle', () => {
    expect(renderProblem(cycle, { color: false, sourceLine: '    "dependsOn": ["web:build"]' })).toMatchInlineSnapshot(`
      "error[task-cycle]: These tasks wait for each other: web:build -> ui:build -> web:build
        packages/ui/package.json:14:19  "dependsOn": ["web:build"]
                                                      ~~~~~~~~~~~
      hint: Remove one of these edges from "dependsOn"."
    `);
  });

  test('shows the place alone where the line is unknown', () => {
    expect(renderProblem(cycle, { color: false, sourceLine: null }).split('\n')[1]).toBe(
      '  packages/ui/package.json:14:19',
    );
  });

  test('puts the squiggle below wide characters and tabs', () => {
    const wide = { ...cycle, location: { ...location, column: 5, length: 2 } };
    const [, source = '', squiggle = ''] = renderProblem(wide, { color: false, sourceLine: '\t日\t:"x"' }).split('\n');
    expect(source.endsWith('日 :"x"')).toBe(true);
    expect(squiggle.length).toBe(source.length - 1 - 2 + 2 + 1);
  });

  test('cuts a minified file around the place', () => {
    const far = { ...cycle, location: { ...location, column: 5000, length: 3 } };
    const text = renderProblem(far, { color: false, sourceLine: `${'x'.repeat(4999)}bad${'y'.repeat(4999)}` });
    expect(text.length).toBeLessThan(700);
    expect(text).toMatch(/…x+bady+…/);
  });

  test('survives a location that lies outside its line', () => {
    const outside = { ...cycle, location: { ...location, column: 90, length: 10 } };
    expect(renderProblem(outside, { color: false, sourceLine: '{}' })).toContain(':90  {}\n');
  });

  test('cannot act on the terminal, whatever stands in the workspace', () => {
    const problem: Problem = { code: 'unknown-project', project: '\u001B[2J', near: [], severity: 'error', location };
    expect(renderProblem(problem, { color: false, sourceLine: '\u001B]0;x\u0007' })).not.toContain('\u001B');
  });
});
