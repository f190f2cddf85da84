import type { Project, ProjectGraph, ProjectName, Target, TaskGraph, TaskId } from '@larder/core';
import type { TextOptions } from '../reporters/reporter-options.ts';
import { createPaint, type Paint } from '../text/paint.ts';
import { renderTable } from '../text/render-table.ts';
import { describeInput } from './describe-input.ts';

/** One name a line, as scripts expect it. */
export function renderProjectNames(names: readonly ProjectName[]): string {
  return names.map((name) => `${name}\n`).join('');
}

/** Everything about one project. */
export function renderProject(project: Project, graph: ProjectGraph, options: TextOptions): string {
  const paint = createPaint(options.color);
  const dependencies = (graph.dependencies.get(project.name) ?? []).map((edge) => edge.dependency);
  const facts = renderFacts(paint, options, [
    ['root', project.root === '' ? '.' : project.root],
    ['package', project.packageName ?? ''],
    ['tags', project.tags.join(', ')],
    ['depends on', dependencies.join(', ')],
    ['external', project.externalDependencies.join(', ')],
  ]);
  const targets = [...project.targets.values()].map((target) => renderTarget(target, options));
  return `${paint('bold', project.name)}\n${facts}${targets.map((target) => `\n${target}`).join('')}`;
}

/** Everything about one task, as `larder show task` prints it; null where the graph has no such task. */
export function renderTask(id: TaskId, graph: TaskGraph, options: TextOptions): string | null {
  const task = graph.tasks.get(id);
  if (task === undefined) return null;
  const paint = createPaint(options.color);
  const dependencies = (graph.dependencies.get(id) ?? []).map((edge) => edge.dependency);
  const facts = renderFacts(paint, options, [
    ['executor', task.definition.executor],
    ['options', Object.keys(task.options).length === 0 ? '' : JSON.stringify(task.options)],
    ['arguments', task.args.join(' ')],
    ['depends on', dependencies.join(', ')],
    ['inputs', (task.definition.inputs ?? []).map(describeInput).join(', ')],
    ['outputs', task.outputs.join(', ')],
    ['cache', task.cache ? 'yes' : 'no'],
    ['continuous', task.continuous ? 'yes' : ''],
    ...describeSharing(task.definition),
  ]);
  return `${paint('bold', id)}\n${facts}`;
}

function renderTarget(target: Target, options: TextOptions): string {
  const paint = createPaint(options.color);
  const facts = renderFacts(paint, options, [
    ['executor', target.executor],
    ['configurations', Object.keys(target.configurations).join(', ')],
    [
      'depends on',
      target.dependsOn.map(({ target: name, of }) => (of.kind === 'dependencies' ? `^${name}` : name)).join(', '),
    ],
    ['inputs', (target.inputs ?? []).map(describeInput).join(', ')],
    ['outputs', target.outputs.join(', ')],
    ['cache', target.cache ? 'yes' : 'no'],
    ['continuous', target.continuous ? 'yes' : ''],
    ...describeSharing(target),
  ]);
  return `${paint('cyan', target.name)}\n${facts}`;
}

/** What it takes of the machine, and how often it is tried again, where its target says so. */
function describeSharing(target: Target): readonly (readonly [string, string])[] {
  const { retries, weight, mutex = [], resources = {}, parallelism } = target;
  return [
    ['retries', retries === undefined ? '' : String(retries)],
    ['weight', weight === undefined ? '' : `${weight} slots`],
    ['mutex', mutex.join(', ')],
    [
      'resources',
      Object.entries(resources)
        .map(([name, amount]) => `${amount} ${name}`)
        .join(', '),
    ],
    ['runs alone', parallelism ? '' : 'yes'],
  ];
}

function renderFacts(paint: Paint, options: TextOptions, facts: readonly (readonly [string, string])[]): string {
  const rows = facts.filter(([, value]) => value !== '').map(([name, value]) => [`  ${paint('dim', name)}`, value]);
  return renderTable(null, rows, options);
}
