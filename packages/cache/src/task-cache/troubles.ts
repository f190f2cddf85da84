import { StoreError, type CacheTroubleCode, type CacheTroubleSink, type DebugLog, type TaskId } from '@larder/core';
import { OutputTrouble } from '../outputs/output-trouble.ts';
import { toLocalTrouble } from '../store/local-trouble.ts';

/** Turns errors into troubles with a code. An open circuit is told once: every later request meets it too. */
export class Troubles {
  readonly #sink: CacheTroubleSink;
  readonly #log: DebugLog;
  #toldCircuitOpen = false;

  constructor(sink: CacheTroubleSink, log: DebugLog) {
    this.#sink = sink;
    this.#log = log;
  }

  tell(code: CacheTroubleCode, task: TaskId | null, detail: string): CacheTroubleCode {
    if (code === 'remote-circuit-open') {
      if (this.#toldCircuitOpen) return code;
      this.#toldCircuitOpen = true;
    }
    this.#sink({ code, task, detail });
    return code;
  }

  /** `otherwise` is the code of errors that do not say what they are: a plugin's, or a bug. */
  tellError(error: unknown, task: TaskId | null, otherwise: CacheTroubleCode): CacheTroubleCode {
    if (error instanceof OutputTrouble) return this.tell('output-refused', task, error.message);
    const trouble = toLocalTrouble(error, otherwise === 'local-write-failed' ? 'write' : 'read');
    if (trouble instanceof StoreError) return this.tell(trouble.code, task, trouble.message);
    this.#log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return this.tell(otherwise, task, error instanceof Error ? error.message : String(error));
  }
}
