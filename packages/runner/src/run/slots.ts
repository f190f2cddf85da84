/** Units of parallelism: taken by executions, given back when their processes have ended. */
export class Slots {
  readonly #count: number;
  #taken = 0;

  constructor(count: number) {
    this.#count = count;
  }

  get free(): number {
    return this.#count - this.#taken;
  }

  /** The result gives the slot back, and is called once. */
  take(): () => void {
    this.#taken += 1;
    return () => {
      this.#taken -= 1;
    };
  }
}
