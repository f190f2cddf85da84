import { setTimeout as sleep } from 'node:timers/promises';
import { watchFolder } from '@larder/workspace';
import { askChanges } from './ask-changes.ts';
import { ChangeWatch, type ChangesStatus } from './change-watch.ts';
import type { ChangesAnswer, ChangesQuestion } from './changes-message.ts';
import { serveChanges, type ChangesServer } from './changes-server.ts';

export interface ChangesEndpointOptions {
  readonly rootAbsolute: string;
  readonly version: string;
  /** Called for each question. */
  readonly onQuestion: () => void;
}

const othersAnswerMs = 500;
const pauseMs = 5;

const waitALittle = (): Promise<void> => sleep(pauseMs);

/** Watches the workspace and answers what changed, from the first time that somebody wants it. */
export class ChangesEndpoint {
  readonly #options: ChangesEndpointOptions;
  #watch: ChangeWatch | null = null;
  #server: ChangesServer | null = null;
  #isStarted = false;
  #isClosed = false;

  constructor(options: ChangesEndpointOptions) {
    this.#options = options;
  }

  /**
   * Does nothing where it has started, or another daemon of this user answers already. Rejects where no pipe can be
   * made: there is nobody to ask then.
   */
  async start(): Promise<void> {
    if (this.#isStarted || this.#isClosed) return;
    this.#isStarted = true;
    const { rootAbsolute, version, onQuestion } = this.#options;
    const question = { rootAbsolute, version, since: null, deadlineMs: othersAnswerMs };
    const other = await askChanges({ ...question, pause: waitALittle });
    this.#isStarted = other === null;
    if (other !== null || this.#isClosed) return;
    const watch = openWatch(rootAbsolute);
    const answer = ({ since, deadlineMs }: ChangesQuestion): Promise<ChangesAnswer> => {
      onQuestion();
      return watch.answer(since, deadlineMs);
    };
    try {
      this.#server = await serveChanges({ rootAbsolute, version, answer });
      this.#watch = watch;
    } catch (error) {
      watch.close();
      this.#isStarted = false;
      throw error;
    }
    if (this.#isClosed) this.close();
  }

  /** Null where nobody wants it. */
  status(): ChangesStatus | null {
    return this.#watch?.status() ?? null;
  }

  close(): void {
    this.#isClosed = true;
    this.#server?.close();
    this.#watch?.close();
  }
}

function openWatch(rootAbsolute: string): ChangeWatch {
  return new ChangeWatch({
    openWatcher: (onBatch) => watchFolder(rootAbsolute, { onBatch }),
    readClocks: () => ({ wallMs: Date.now(), monotonicMs: performance.now() }),
    later: (callback, afterMs) => void setTimeout(callback, afterMs).unref(),
  });
}
