import type { RunRecord } from '../records/run-record.ts';
import { escapeHtml } from './escape-html.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import { renderGraph } from './render-graph.ts';
import { renderChain, renderFigures, renderMissReasons } from './render-overview.ts';
import { renderTaskTable } from './render-task-table.ts';
import { renderTimeline } from './render-timeline.ts';

/** The page may load nothing from anywhere: its style and script are its own. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/** A run as one HTML file that needs no network; `previous` is compared with where it is not null. */
export function renderHtmlReport(record: RunRecord, previous: RunRecord | null): string {
  const title = escapeHtml(record.command);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${title}</title>
<style>${pageStyle}</style>
</head>
<body>
<h1>${title}</h1>
<p class="meta">${escapeHtml(describeRun(record))}</p>
${renderFigures(record, previous)}
<h2>Timeline</h2>
${legend}
${renderTimeline(record)}
<h2>What the run waited for</h2>
${renderChain(record)}
<h2>Tasks</h2>
<input id="filter" type="search" placeholder="filter by any text" aria-label="Filter tasks">
${renderTaskTable(record, previous)}
<h2>Why tasks missed the cache</h2>
${renderMissReasons(record)}
<h2>Graph</h2>
${renderGraph(record)}
<script>${pageScript}</script>
</body>
</html>
`;
}

const legend = `<div class="legend">${['executed', 'restored', 'up-to-date', 'failed', 'skipped', 'cancelled']
  .map((name) => `<span><span class="dot ${name}"></span>${name}</span>`)
  .join('')}</div>`;

function describeRun({ startedAtEpochMs, git, exitCode, slots, runId }: RunRecord): string {
  const commit = git.head === null ? '' : `, at ${git.head.slice(0, 12)}${git.dirty === true ? ' with changes' : ''}`;
  const branch = git.branch === null ? '' : ` on ${git.branch}`;
  const when = new Date(startedAtEpochMs).toISOString();
  return `${when}${commit}${branch}, ${slots} slots, exit code ${exitCode}, run ${runId}`;
}
