// Writes records until it is killed; a line for each. Run by the tests of the history.
import { asRunId } from '@larder/core';
import { openHistory } from '../history/open-history.ts';
import { recordOf } from './recorded-run.ts';

const [file = '', prefix = '', count = 'Infinity'] = process.argv.slice(2);
const opened = await openHistory(file);
if (opened.kind === 'unavailable') throw new Error(opened.detail);
for (let index = 0; index < Number(count); index++) {
  const written = opened.history.recordRun({ ...recordOf(), runId: asRunId(`${prefix}-${index}`) });
  if (written.kind === 'failed') throw new Error(written.detail);
  process.stdout.write('.');
}
opened.history.close();
