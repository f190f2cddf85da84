import type { TaskId } from '@larder/core';
import { findBlockingChain } from '../analysis/blocking-chain.ts';
import type { RunRecord, TaskRecord } from '../records/run-record.ts';
import { escapeHtml } from './escape-html.ts';
import { classOf } from './outcome-class.ts';

/** More boxes than this show nobody anything: then only the chain that the run waited for is drawn. */
const maxDrawn = 200;
const columnWidth = 210;
const rowHeight = 26;
const boxWidth = 170;
const boxHeight = 20;
const labelCharacters = 26;

/** Tasks in columns by their depth, dependencies to the left; the chain that the run waited for is bold. */
export function renderGraph(record: RunRecord): string {
  const chain = new Set(findBlockingChain(record).map(({ task }) => task));
  const isWhole = record.tasks.length <= maxDrawn;
  const tasks = isWhole ? record.tasks : record.tasks.filter(({ id }) => chain.has(id)).slice(0, maxDrawn);
  const places = placeTasks(tasks);
  const edges = tasks.flatMap((task) =>
    task.dependsOn.map((id) => drawEdge(places.get(id), places.get(task.id), chain)),
  );
  const boxes = tasks.map((task) => drawBox(task, places.get(task.id)!, chain.has(task.id)));
  const all = [...places.values()];
  const width = (Math.max(0, ...all.map(({ column }) => column)) + 1) * columnWidth;
  const height = (Math.max(0, ...all.map(({ row }) => row)) + 1) * rowHeight + 4;
  const note = isWhole
    ? ''
    : `<p class="note">${record.tasks.length} tasks: only what the run waited for is drawn.</p>`;
  return `${note}<div class="scroll"><svg class="graph" width="${width}" height="${height}" role="img" aria-label="Graph of the tasks">${edges.join('')}${boxes.join('')}</svg></div>`;
}

interface Place {
  readonly id: TaskId;
  readonly column: number;
  readonly row: number;
}

/** Dependencies settle before their dependents do, so one walk in that order knows every depth. */
function placeTasks(tasks: readonly TaskRecord[]): ReadonlyMap<TaskId, Place> {
  const known = new Map(tasks.map((task) => [task.id, task]));
  const depths = new Map<TaskId, number>();
  const depthOf = (task: TaskRecord, path: ReadonlySet<TaskId>): number => {
    const depth = depths.get(task.id);
    if (depth !== undefined) return depth;
    const inner = new Set([...path, task.id]);
    const below = task.dependsOn.flatMap((id) => (inner.has(id) ? [] : (known.get(id) ?? [])));
    const found = Math.max(-1, ...below.map((each) => depthOf(each, inner))) + 1;
    depths.set(task.id, found);
    return found;
  };
  const rows: number[] = [];
  return new Map(
    tasks.map((task) => {
      const column = depthOf(task, new Set());
      const row = rows[column] ?? 0;
      rows[column] = row + 1;
      return [task.id, { id: task.id, column, row }];
    }),
  );
}

function drawEdge(from: Place | undefined, to: Place | undefined, chain: ReadonlySet<TaskId>): string {
  if (from === undefined || to === undefined) return '';
  const [x1, y1] = [from.column * columnWidth + boxWidth, from.row * rowHeight + boxHeight / 2 + 2];
  const [x2, y2] = [to.column * columnWidth, to.row * rowHeight + boxHeight / 2 + 2];
  const bend = (x2 - x1) / 2;
  const isCritical = chain.has(from.id) && chain.has(to.id);
  return `<path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}" class="edge${isCritical ? ' critical' : ''}"/>`;
}

function drawBox({ id, outcome }: TaskRecord, { column, row }: Place, isCritical: boolean): string {
  const [x, y] = [column * columnWidth, row * rowHeight + 2];
  const label = id.length > labelCharacters ? `…${id.slice(1 - labelCharacters)}` : id;
  const box = `x="${x}" y="${y}" width="${boxWidth}" height="${boxHeight}" rx="3"`;
  const classes = `box light ${classOf(outcome)}${isCritical ? ' critical' : ''}`;
  return `<g data-task="${escapeHtml(id)}"><title>${escapeHtml(id)}</title><rect ${box} class="back"/><rect ${box} class="${classes}"/><text x="${x + 6}" y="${y + 14}" class="label">${escapeHtml(label)}</text></g>`;
}
