import type { TaskId } from '@larder/core';
import type { RunView, TaskGroups, TaskView } from '@larder/report';

/** A view of which only some tasks are listed. */
export type ListedTasks = Pick<RunView, 'tasks' | 'groups'>;

export type StateFilter = 'all' | 'failed' | 'running' | 'waiting' | 'done';

export interface TaskFilter {
  /** Words that all have to be met, see `parseWord`. */
  readonly text: string;
  readonly state: StateFilter;
}

export const noFilter: TaskFilter = { text: '', state: 'all' };

const states: readonly StateFilter[] = ['all', 'failed', 'running', 'waiting', 'done'];

export function nextState(state: StateFilter): StateFilter {
  return states[(states.indexOf(state) + 1) % states.length] ?? 'all';
}

export function isFiltering({ text, state }: TaskFilter): boolean {
  return state !== 'all' || text.trim() !== '';
}

/**
 * The tasks that the filter lets through, in their groups and order. Without a filter the view itself,
 * so that its price is paid only by those who use it.
 */
export function filterTasks(view: RunView, filter: TaskFilter): ListedTasks {
  if (!isFiltering(filter)) return view;
  const tests = filter.text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(parseWord);
  const passes = (id: TaskId): boolean => {
    const task = view.tasks.get(id);
    return task !== undefined && tests.every((test) => test(task));
  };
  const keep = (name: StateFilter, ids: Iterable<TaskId>): TaskId[] =>
    filter.state === 'all' || filter.state === name ? [...ids].filter(passes) : [];
  const { failed, active, waiting, done } = view.groups;
  const groups: TaskGroups = {
    failed: keep('failed', failed),
    active: new Set(keep('running', active)),
    waiting: new Set(keep('waiting', waiting)),
    done: keep('done', done),
  };
  return { tasks: view.tasks, groups };
}

type TaskTest = (task: TaskView) => boolean;

/** `project:`, `target:` or `state:` with a part of its value, or a part of the id; `!` in front of it negates. */
function parseWord(word: string): TaskTest {
  if (word.startsWith('!') && word.length > 1) {
    const test = parseWord(word.slice(1));
    return (task) => !test(task);
  }
  const [, key = '', value = ''] = /^(project|target|state):(.*)$/i.exec(word) ?? [];
  const part = (key === '' ? word : value).toLowerCase();
  switch (key.toLowerCase()) {
    case 'project':
      return ({ project }) => project.toLowerCase().includes(part);
    case 'target':
      return ({ target }) => target.toLowerCase().includes(part);
    case 'state':
      return (task) => describeState(task).includes(part);
    default:
      return ({ id }) => id.toLowerCase().includes(part);
  }
}

/** The words that `state:` finds a task by. */
function describeState({ state, outcome, continuous }: TaskView): string {
  const words =
    outcome === null ? state : `done ${outcome.kind}${outcome.kind === 'restored' ? ` ${outcome.from}` : ''}`;
  return continuous ? `${words} continuous` : words;
}
