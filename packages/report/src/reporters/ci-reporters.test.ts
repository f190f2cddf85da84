import { describe, expect, test } from 'vitest';
import type { Reporter, RunEvent } from '@larder/core';
import { createCiMarkup } from '../ci/ci-markup.ts';
import { renderJobSummary } from '../summary/render-job-summary.ts';
import { executes, output, planned, recordedRun, started, taskId } from '../testing/recorded-run.ts';
import { initialView } from '../view/own-view.ts';
import { reduceView } from '../view/reduce-view.ts';
import { createFailuresReporter } from './create-failures-reporter.ts';
import { createStaticReporter } from './create-static-reporter.ts';
import { createStreamReporter } from './create-stream-reporter.ts';
import type { ReporterOptions, WriteText } from './reporter-options.ts';

const ci = {
  markup: createCiMarkup('github'),
  locate: (project: string, file: string) => (file.endsWith('.ts') ? `packages/${project}/${file}` : null),
  epochMs: () => 0,
};

type Create = (write: WriteText, options: ReporterOptions) => Reporter;

function print(create: Create, events: readonly RunEvent[], changes: Partial<ReporterOptions> = {}): string {
  let text = '';
  const reporter = create((more) => (text += more), { color: false, columns: 100, verbose: false, ...changes });
  for (const event of events) reporter.onEvent(event);
  void reporter.close();
  return text;
}

function fails(id: string, text: string): readonly RunEvent[] {
  const outcome = { kind: 'failed', exitCode: 2, durationMs: 10, attempts: 1 } as const;
  return [
    { type: 'task-started', at: 1, task: taskId(id), attempt: 1, command: 'tsc' },
    output(id, text),
    { type: 'task-settled', at: 20, task: taskId(id), hash: null, outcome },
  ];
}

describe('the reporter of failures', () => {
  test('prints one line a task, and at the end what failed, in full, then the summary', () => {
    const text = print(createFailuresReporter, recordedRun());
    expect(text.slice(0, text.indexOf('✖ 1 of 9'))).toMatchInlineSnapshot(`
      "✔ docs:build  restored from the local cache, 4.0 s saved
      ✔ api:build  restored from the remote cache, 4.0 s saved
      ✔ core:build  executed in 1.2 s
      ✔ ui:build  executed in 2.0 s
      ✖ web:build  failed with exit code 2 after 1.0 s
      ✔ api:test  up to date, 2.5 s saved
      ✔ docs:lint  executed in 90 ms, flaky: passed at attempt 2

      ✖ web:build  failed with exit code 2 after 1.0 s
      $ vite build
      vite v7
      src/main.ts:3:1 error: no such module

      "
    `);
  });

  test('keeps all of a long failure', () => {
    const lines = Array.from({ length: 3000 }, (_, index) => `line ${index}\n`).join('');
    const text = print(createFailuresReporter, [started([planned('a:x')]), ...fails('a:x', lines)]);
    expect(text).toContain(lines);
  });

  test('shows the failures of a run that broke off', () => {
    const text = print(createFailuresReporter, [started([planned('a:x')]), ...fails('a:x', 'why\n')]);
    expect(text.endsWith('\n$ tsc\nwhy\n')).toBe(true);
  });
});

describe('in GitHub Actions', () => {
  const events = [
    started([planned('ui:build'), planned('web:build'), planned('e2e:test')]),
    ...executes('ui:build', 0, 900, 'compiled\n'),
    ...fails('web:build', 'src/a.ts(3,5): error TS1005: expected ;\nother.js(1,1): error TS1: unknown file\n'),
    ...fails('e2e:test', 'no place\n'),
  ];

  test('the output of what passed is folded, what failed is open and marked in its file', () => {
    expect(print(createStaticReporter, events, { ci })).toMatchInlineSnapshot(`
      "::group::✔ ui:build  executed in 900 ms
      compiled
      ::endgroup::
      ✖ web:build  failed with exit code 2 after 10 ms
      $ tsc
      src/a.ts(3,5): error TS1005: expected ;
      other.js(1,1): error TS1: unknown file
      ::error file=packages/web/src/a.ts,line=3,col=5,title=web%3Abuild::TS1005: expected ;
      ✖ e2e:test  failed with exit code 2 after 10 ms
      $ tsc
      no place
      ::error title=e2e%3Atest::failed with exit code 2 after 10 ms
      "
    `);
  });

  test('stream and static-failures mark the same places', () => {
    const marks = (text: string): readonly string[] => text.split('\n').filter((line) => line.startsWith('::error'));
    const expected = marks(print(createStaticReporter, events, { ci }));
    expect(expected.length).toBe(2);
    expect(marks(print(createStreamReporter, events, { ci }))).toEqual(expected);
    expect(marks(print(createFailuresReporter, events, { ci }))).toEqual(expected);
  });

  test('a task that passed when it was tried again is a warning', () => {
    const outcome = { kind: 'executed', durationMs: 5, attempts: 2 } as const;
    const flaky: RunEvent = { type: 'task-settled', at: 9, task: taskId('a:x'), hash: null, outcome };
    expect(print(createFailuresReporter, [started([planned('a:x')]), flaky], { ci })).toContain(
      '::warning title=a%3Ax::flaky: it failed and then passed at attempt 2\n',
    );
  });

  test('the page of the job has counts, failures, slow and flaky tasks', () => {
    expect(renderJobSummary(recordedRun().reduce(reduceView, initialView()))).toMatchInlineSnapshot(`
      "### ❌ run-many -t build test

      | | |
      | --- | --- |
      | tasks | 3 executed, 2 restored (1 local, 1 remote), 1 up to date, 1 failed, 1 skipped, 1 cancelled |
      | hit rate | 50% of 6 (33% local, 17% remote) |
      | time | 4.6 s |
      | saved by the cache | 11 s |
      | remote cache | 1.2 MB down, 0 B up |
      | flaky | <code>docs:lint</code> |
      | cache trouble | the remote cache could not be reached |

      <details><summary>web:build failed with exit code 2 after 1.0 s</summary>

      \`\`\`text
      vite v7
      src/main.ts:3:1 error: no such module
      \`\`\`

      </details>

      | Slowest tasks | |
      | --- | ---: |
      | <code>ui:build</code> | 2.0 s |
      | <code>core:build</code> | 1.2 s |
      | <code>web:build</code> | 1.0 s |
      | <code>docs:lint</code> | 90 ms |

      | Critical path | |
      | --- | ---: |
      | <code>core:build</code> | 1.2 s |
      | <code>ui:build</code> | 2.0 s |
      | <code>web:build</code> | 1.0 s |
      "
    `);
  });

  test('no name and no output becomes markup on that page', () => {
    const hostile = [started([planned('a|<img>:x')]), ...fails('a|<img>:x', '```\n</details><script>\n')];
    const page = renderJobSummary(hostile.reduce(reduceView, initialView()));
    expect(page).not.toContain('<img');
    expect(page).toContain('````text\n```\n</details><script>\n````');
  });
});
