import type { TaskControl, TaskId } from '@larder/core';
import type { RunView } from '@larder/report';
import type { Size } from './panes/layout.ts';
import { applyAction } from './state/apply-action.ts';
import { findCommand, type UiCommand } from './state/find-command.ts';
import { initialUiState, type UiState } from './state/ui-state.ts';
import type { UiAction } from './state/ui-action.ts';
import { readCommand, readTyping } from './keys/read-keys.ts';
import { describeAnswer, describeHold, describeRestart } from './state/describe-answer.ts';

export interface UiPorts {
  readonly view: () => RunView;
  /** Null where nobody lets tasks be stopped, restarted or written to. */
  readonly control: TaskControl | null;
  readonly onQuit: () => void;
  /** The screen is to be drawn as a whole. */
  readonly onRedraw: () => void;
}

/** More were pasted, in a terminal that does not tell. */
const mostKeysAtOnce = 16;
const controls = /\p{Control}+/gu;

/** What was chosen, and what each key does to it and to the run. */
export class UiStore {
  readonly #ports: UiPorts;
  readonly #listeners = new Set<() => void>();
  /** Tasks that a person wants to type to: their input stays open, however often they are executed. */
  readonly #opened = new Set<TaskId>();
  #state: UiState = initialUiState;
  #failure: Error | null = null;

  constructor(ports: UiPorts) {
    this.#ports = ports;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Throws what `fail` was given, so that React gives the view up as for any error in it. */
  readonly getState = (): UiState => {
    if (this.#failure !== null) throw this.#failure;
    return this.#state;
  };

  /** The view is broken beyond the frame that it draws. */
  fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
    this.#notify();
  }

  /** Keys by their names, in the order in which they were pressed. */
  press(names: readonly string[], size: Size): void {
    if (names.length > mostKeysAtOnce && this.#state.prompt === null) return;
    this.#change(() => {
      for (const name of names) {
        // A key can open the line into which those after it are typed.
        const action = this.#state.prompt === null ? readCommand(name) : readTyping(name);
        if (action !== null) this.#apply(action, size);
      }
    });
  }

  /** Text that the terminal says was pasted: it goes into the line being typed, and is never taken for keys. */
  paste(text: string, size: Size): void {
    if (this.#state.prompt === null) return;
    this.#change(() => this.#apply({ kind: 'type', text: text.replaceAll(controls, ' ') }, size));
  }

  /** Keys come from a stream, where nobody would catch an error. */
  #change(apply: () => void): void {
    const before = this.#state;
    try {
      apply();
    } catch (error) {
      return this.fail(error);
    }
    if (this.#state !== before) this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }

  #apply(action: UiAction, size: Size): void {
    const view = this.#ports.view();
    const before = this.#state;
    const command = findCommand(before, action, view);
    this.#state = applyAction(before, action, { view, size });
    const notice = command === null ? null : this.#carryOut(command, view);
    if (notice === null) return;
    // A line that could not be sent can be sent again.
    const prompt = command?.kind === 'write' ? before.prompt : this.#state.prompt;
    this.#state = { ...this.#state, prompt, notice };
  }

  #carryOut(command: UiCommand, view: RunView): string | null {
    const { control } = this.#ports;
    switch (command.kind) {
      case 'quit':
        this.#ports.onQuit();
        return null;
      case 'redraw':
        this.#ports.onRedraw();
        return null;
      case 'hold':
        return describeHold(command.isHeld, control?.hold(command.isHeld));
      case 'stop':
        return describeAnswer(`${command.task} is being stopped`, command.task, {
          view,
          answer: control?.stop(command.task),
        });
      case 'restart': {
        if (command.withInput) this.#opened.add(command.task);
        const answer = control?.restart(command.task, { withInput: this.#opened.has(command.task) });
        return describeAnswer(describeRestart(command, view), command.task, { view, answer });
      }
      case 'write':
        return describeAnswer(null, command.task, { view, answer: control?.write(command.task, command.text) });
      case 'end-input':
        return describeAnswer(`the input of ${command.task} has ended`, command.task, {
          view,
          answer: control?.endInput(command.task),
        });
    }
  }
}
