import { appendFileSync } from 'node:fs';
import type { Reporter } from '@larder/core';
import { renderJobSummary, type RunView } from '@larder/report';
import type { Terminal } from '../terminal.ts';

/** Appends the run to the page of the job, where GitHub asks for it. A page that cannot be written is none. */
export function createJobSummaryReporter(terminal: Terminal, view: () => RunView): readonly Reporter[] {
  const file = terminal.env['GITHUB_STEP_SUMMARY'];
  if (file === undefined || file === '') return [];
  return [
    {
      onEvent: () => {},
      close: async () => {
        if (view().runId !== null) appendFileSync(file, `${renderJobSummary(view())}\n`);
      },
    },
  ];
}
