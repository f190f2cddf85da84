import { expect, test } from 'vitest';
import type { RunPlan } from '@larder/core';
import { hashOf, taskId } from '../testing/recorded-run.ts';
import { planToJson } from './plan-to-json.ts';
import { renderPlan } from './render-plan.ts';

const [core, ui, web, e2e] = [
  taskId('core:build'),
  taskId('ui:build'),
  taskId('web:build'),
  taskId('web:e2e'),
] as const;

const plan: RunPlan = {
  entries: [
    {
      task: core,
      hash: { kind: 'ready', hash: hashOf('core') },
      dependsOn: [],
      cache: { kind: 'hit', where: 'remote' },
      expectedMs: 1200,
    },
    {
      task: ui,
      hash: { kind: 'ready', hash: hashOf('ui') },
      dependsOn: [core],
      cache: { kind: 'miss', reason: 'src/index.ts changed' },
      expectedMs: null,
    },
    {
      task: web,
      hash: { kind: 'deferred', waitsFor: [ui] },
      dependsOn: [core, ui],
      cache: { kind: 'deferred' },
      expectedMs: null,
    },
    {
      task: e2e,
      hash: { kind: 'ready', hash: hashOf('e2e') },
      dependsOn: [],
      cache: { kind: 'uncacheable', reason: 'the target has "cache": false' },
      expectedMs: null,
    },
  ],
  criticalPath: [core, ui, web],
};

test('a dry run is a table with what the caches have and why', () => {
  expect(renderPlan(plan, { color: false, columns: 120 })).toMatchInlineSnapshot(`
    "task        hash                              cache        expected  reason
    core:build  636f7265000000000000000000000000  hit remote   1.2 s
    ui:build    75690000000000000000000000000000  miss                   src/index.ts changed
    web:build   deferred                          deferred               waits for the outputs of ui:build
    web:e2e     65326500000000000000000000000000  uncacheable            the target has "cache": false

    4 tasks: 1 hit, 1 miss, 1 uncacheable, 1 deferred
    critical path: core:build → ui:build → web:build
    "
  `);
});

test('a dry run of nothing says so', () => {
  expect(renderPlan({ entries: [], criticalPath: [] }, { color: false, columns: 80 })).toBe('No tasks.\n');
});

test('a dry run as JSON has the documented fields', () => {
  expect(planToJson(plan)).toMatchInlineSnapshot(`
    {
      "tasks": [
        {
          "cache": {
            "kind": "hit",
            "where": "remote",
          },
          "dependsOn": [],
          "hash": "636f7265000000000000000000000000",
          "id": "core:build",
        },
        {
          "cache": {
            "kind": "miss",
            "reason": "src/index.ts changed",
          },
          "dependsOn": [
            "core:build",
          ],
          "hash": "75690000000000000000000000000000",
          "id": "ui:build",
        },
        {
          "cache": {
            "kind": "deferred",
            "reason": "waits for the outputs of ui:build",
          },
          "dependsOn": [
            "core:build",
            "ui:build",
          ],
          "hash": null,
          "id": "web:build",
        },
        {
          "cache": {
            "kind": "uncacheable",
            "reason": "the target has "cache": false",
          },
          "dependsOn": [],
          "hash": "65326500000000000000000000000000",
          "id": "web:e2e",
        },
      ],
      "v": 1,
    }
  `);
});
