import type { ControlAnswer, TaskControl, TaskId } from '@larder/core';

/** What keys act on before there is anything to act on: the view comes first, and the watch gives itself to it. */
export class LaterControl {
  readonly tasks: TaskControl;
  #watch: { readonly control: TaskControl; readonly isAlive: (task: TaskId) => boolean } | null = null;

  constructor() {
    const ask = (use: (control: TaskControl) => ControlAnswer): ControlAnswer =>
      this.#watch === null ? 'not-running' : use(this.#watch.control);
    this.tasks = {
      stop: (task) => ask((control) => control.stop(task)),
      restart: (task, options) => ask((control) => control.restart(task, options)),
      write: (task, text) => ask((control) => control.write(task, text)),
      endInput: (task) => ask((control) => control.endInput(task)),
      hold: (isHeld) => ask((control) => control.hold(isHeld)),
    };
  }

  give(control: TaskControl, isAlive: (task: TaskId) => boolean): void {
    this.#watch = { control, isAlive };
  }

  isAlive(task: TaskId): boolean {
    return this.#watch?.isAlive(task) ?? false;
  }
}
