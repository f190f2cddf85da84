import { describe, expect, test } from 'vitest';
import type { Reporter, RunEvent } from '@larder/core';
import { executes, output, planned, recordedRun, restores, started, taskId } from '../testing/recorded-run.ts';
import { createNdjsonReporter } from './create-ndjson-reporter.ts';
import { createStaticReporter } from './create-static-reporter.ts';
import { createStreamReporter } from './create-stream-reporter.ts';
import type { ReporterOptions, WriteText } from './reporter-options.ts';

type Create = (write: WriteText, options: ReporterOptions) => Reporter;

function print(create: Create, events: readonly RunEvent[], changes: Partial<ReporterOptions> = {}): string {
  let text = '';
  const reporter = create((more) => (text += more), { color: false, columns: 100, verbose: false, ...changes });
  for (const event of events) reporter.onEvent(event);
  return text;
}

/** The run up to its summary, which has tests of its own. */
function withoutEnd(events: readonly RunEvent[]): readonly RunEvent[] {
  return events.filter((event) => event.type !== 'run-finished');
}

describe('the stream reporter', () => {
  test('prints whole lines with their task in front, replayed ones too', () => {
    expect(print(createStreamReporter, withoutEnd(recordedRun()))).toMatchInlineSnapshot(`
      "docs:build built the docs
      ✔ docs:build  restored from the local cache, 4.0 s saved
      api:build built the api
      ✔ api:build  restored from the remote cache, 4.0 s saved
      core:build $ tsc -p core:build
      core:build compiling core
      core:build done
      ✔ core:build  executed in 1.2 s
      ui:build $ tsc -p ui:build
      ui:build compiling ui
      ✔ ui:build  executed in 2.0 s
      web:build $ vite build
      web:build vite v7
      web:build src/main.ts:3:1 error: no such module
      ✖ web:build  failed with exit code 2 after 1.0 s
      - web:test  skipped because web:build failed
      ✔ api:test  up to date, 2.5 s saved
      ✔ docs:lint  executed in 90 ms, flaky: passed at attempt 2
      - e2e:test  cancelled
      "
    `);
  });

  test('never mixes lines of tasks that run at the same time', () => {
    const tasks = started([planned('a:x'), planned('b:x')]);
    const text = print(createStreamReporter, [
      tasks,
      output('a:x', 'one '),
      output('b:x', 'other\n'),
      output('a:x', 'two\n'),
    ]);
    expect(text).toBe('b:x other\na:x one two\n');
  });

  test('keeps styles on colour terminals, ends them with the line, and drops what moves the cursor', () => {
    const events = [started([planned('a:x')]), output('a:x', '\u001B[31mred\u001B[2K\u001B]0;title\u0007 still\n')];
    expect(print(createStreamReporter, events, { color: true })).toMatch(/ \u001B\[31mred still\u001B\[0m\n$/);
    expect(print(createStreamReporter, events)).toBe('a:x red still\n');
  });

  test('of a line that is written over, shows the last state', () => {
    const events = [started([planned('a:x')]), output('a:x', '10%\r50%\r'), output('a:x', '100%\r\n')];
    expect(print(createStreamReporter, events)).toBe('a:x 100%\n');
  });
});

describe('the static reporter', () => {
  test('prints a task when it settles, hits as one line each', () => {
    expect(print(createStaticReporter, withoutEnd(recordedRun()))).toMatchInlineSnapshot(`
      "✔ docs:build  restored from the local cache, 4.0 s saved
      ✔ api:build  restored from the remote cache, 4.0 s saved
      ✔ core:build  executed in 1.2 s
      compiling core
      done
      ✔ ui:build  executed in 2.0 s
      compiling ui
      ✖ web:build  failed with exit code 2 after 1.0 s
      $ vite build
      vite v7
      src/main.ts:3:1 error: no such module
      ✔ api:test  up to date, 2.5 s saved
      ✔ docs:lint  executed in 90 ms, flaky: passed at attempt 2
      "
    `);
  });

  test('repeats failures before the summary, which ends with the command to run them again', () => {
    const events = recordedRun();
    const text = print(createStaticReporter, events);
    expect(text.slice(print(createStaticReporter, withoutEnd(events)).length)).toMatchInlineSnapshot(`
      "
      ✖ web:build  failed with exit code 2 after 1.0 s
      $ vite build
      vite v7
      src/main.ts:3:1 error: no such module

      ✖ 1 of 9 tasks failed
        tasks     3 executed, 2 restored (1 local, 1 remote), 1 up to date, 1 failed, 1 skipped, 1
                  cancelled
        hit rate  50% of 6 (33% local, 17% remote)
        time      4.6 s, 11 s saved by the cache
        remote    1.2 MB down, 0 B up
        slowest   ui:build 2.0 s, core:build 1.2 s, web:build 1.0 s, docs:lint 90 ms
        critical  core:build 1.2 s → ui:build 2.0 s → web:build 1.0 s
        flaky     docs:lint
        misses    2 × src/index.ts changed
        cache     the remote cache could not be reached (2 times)
                    remote-unreachable: web:build: connect ECONNREFUSED 127.0.0.1:9
                    hint: Check its URL and the network.
        failed    web:build  failed with exit code 2 after 1.0 s
                    larder run web:build
      "
    `);
  });

  test('does not repeat a failure after which nothing was printed', () => {
    const failed = recordedRun().filter((event) => 'task' in event && event.task === 'web:build');
    const text = print(createStaticReporter, [started([planned('web:build')]), ...failed, ...recordedRun().slice(-1)]);
    expect(text.match(/vite v7/g)?.length).toBe(1);
  });

  test('prints 1,000 hits as 1,000 lines and a summary of less than 20', () => {
    const ids = Array.from({ length: 1000 }, (_, index) => `p${index}:build`);
    const hits = ids.flatMap((id) => restores(id, 1, 'local', 'a\nlot\nof\noutput\n'));
    const text = print(createStaticReporter, [
      started(ids.map((id) => planned(id))),
      ...hits,
      ...recordedRun().slice(-1),
    ]);
    expect(text.split('\n').length).toBeLessThan(1020);
  });

  test('streams continuous tasks, which have no end to wait for', () => {
    const events = [started([planned('web:serve', [], { continuous: true })]), output('web:serve', 'listening\nrest')];
    expect(print(createStaticReporter, events)).toBe('web:serve listening\n');
  });

  test('gives very long output out early and loses none of it', () => {
    const line = `${'x'.repeat(1023)}\n`;
    const chunks = Array.from({ length: 10 }, () => output('a:x', line.repeat(1024)));
    const [settled] = executes('a:x', 0, 5).slice(-1);
    const text = print(createStaticReporter, [started([planned('a:x')]), ...chunks, ...(settled ? [settled] : [])]);
    expect(text.match(/x{1023}\n/g)?.length).toBe(10_240);
    expect(text).toContain('a:x  output so far\n');
  });

  test('shows skipped tasks and replayed output when asked to be verbose', () => {
    const text = print(createStaticReporter, withoutEnd(recordedRun()), { verbose: true });
    expect(text).toContain('- web:test  skipped because web:build failed\n');
    expect(text).toContain('built the docs\n');
  });
});

describe('the ndjson reporter', () => {
  const lines = print(createNdjsonReporter, recordedRun())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

  test('prints one versioned object for each event, run-finished last', () => {
    expect(lines.every((line) => line['v'] === 1 && typeof line['type'] === 'string')).toBe(true);
    expect(lines.map((line) => line['type'])).toEqual(recordedRun().map((event) => event.type));
    expect(lines.at(-1)?.['type']).toBe('run-finished');
  });

  test('has exactly the documented fields', () => {
    const fields = Object.fromEntries(lines.map((line) => [line['type'], Object.keys(line).join(' ')]));
    expect(fields).toMatchInlineSnapshot(`
      {
        "bytes-transferred": "v type at direction sizeBytes durationMs",
        "cache-trouble": "v type at code task detail",
        "run-finished": "v type exitCode durationMs tasks cacheTroubles savedMs at",
        "run-started": "v type at runId startedAtEpochMs command slots tasks",
        "task-hashed": "v type at task hash durationMs",
        "task-looked-up": "v type at task result durationMs",
        "task-output": "v type at task stream text replayed",
        "task-settled": "v type task hash outcome at",
        "task-started": "v type at task attempt command",
      }
    `);
    expect(lines.filter((line) => line['type'] === 'task-settled').map((line) => line['outcome']))
      .toMatchInlineSnapshot(`
      [
        {
          "from": "local",
          "kind": "restored",
          "savedMs": 4000,
        },
        {
          "from": "remote",
          "kind": "restored",
          "savedMs": 4000,
        },
        {
          "attempts": 1,
          "durationMs": 1200,
          "kind": "executed",
        },
        {
          "attempts": 1,
          "durationMs": 2000,
          "kind": "executed",
        },
        {
          "attempts": 1,
          "durationMs": 1000,
          "exitCode": 2,
          "kind": "failed",
        },
        {
          "failedDependency": "web:build",
          "kind": "skipped",
        },
        {
          "kind": "up-to-date",
          "savedMs": 2500,
        },
        {
          "attempts": 2,
          "durationMs": 90,
          "kind": "executed",
        },
        {
          "kind": "cancelled",
        },
      ]
    `);
  });

  test('prints each kind of event, with what an event carries beside its documented fields left out', () => {
    const task = taskId('a:b');
    const rare: readonly RunEvent[] = [
      { type: 'task-ready', at: 1, task },
      { type: 'task-retried', at: 2, task, attempt: 2, exitCode: 1 },
      { type: 'artifact-stored', at: 3, task, where: 'remote', sizeBytes: 10 },
      Object.assign({ type: 'task-ready', at: 4, task } as const, { secret: 'x' }),
    ];
    expect(print(createNdjsonReporter, rare)).toMatchInlineSnapshot(`
      "{"v":1,"type":"task-ready","at":1,"task":"a:b"}
      {"v":1,"type":"task-retried","at":2,"task":"a:b","attempt":2,"exitCode":1}
      {"v":1,"type":"artifact-stored","at":3,"task":"a:b","where":"remote","sizeBytes":10}
      {"v":1,"type":"task-ready","at":4,"task":"a:b"}
      "
    `);
  });
});
