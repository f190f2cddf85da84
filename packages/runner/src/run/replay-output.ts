import type { TaskId } from '@larder/core';
import { OutputDecoder } from '../output/decode-output.ts';
import type { RunEvents } from '../run-events.ts';

const chunkBytes = 64 * 1024;

/** Sends recorded output as events of a bounded size. The streams were recorded as one. */
export function replayOutput(task: TaskId, terminalOutput: Uint8Array, events: RunEvents): void {
  const decoder = new OutputDecoder();
  const emit = (text: string): void => {
    if (text !== '') events.emit({ type: 'task-output', task, stream: 'stdout', text, replayed: true });
  };
  for (let start = 0; start < terminalOutput.length; start += chunkBytes) {
    emit(decoder.decode('stdout', terminalOutput.subarray(start, start + chunkBytes)));
  }
  for (const { text } of decoder.flush()) emit(text);
}
