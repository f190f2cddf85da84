import type { NxBatchResult, NxBatchStep } from './nx-batch.ts';

/** A task as Nx shows one, for those versions that leave it to the batch. */
export function renderStep({ task, result }: NxBatchStep): string {
  const output = result.terminalOutput === '' || result.terminalOutput.endsWith('\n') ? '' : '\n';
  return `\n> nx run ${task}${describeStatus(result)}\n\n${result.terminalOutput}${output}`;
}

function describeStatus({ status }: NxBatchResult): string {
  switch (status) {
    case 'success':
      return '';
    case 'failure':
      return '  [failed]';
    case 'local-cache':
      return '  [local cache]';
    case 'remote-cache':
      return '  [remote cache]';
    case 'local-cache-kept-existing':
      return '  [existing outputs match the cache, left as is]';
  }
}
