import { EventEmitter } from 'node:events';
import { Terminal } from '@xterm/headless';

/** A terminal that understands what is written to it, without a process or a device; for tests only. */
export class FakeTerminal {
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly #terminal: Terminal;
  readonly #input: FakeInput;
  readonly #output: FakeOutput;

  constructor(columns: number, rows: number) {
    this.#terminal = new Terminal({ cols: columns, rows, allowProposedApi: true });
    this.#input = new FakeInput();
    this.#output = new FakeOutput(this.#terminal);
    this.stdin = this.#input as unknown as NodeJS.ReadStream;
    this.stdout = this.#output as unknown as NodeJS.WriteStream;
  }

  get isAlternateScreen(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  get isRaw(): boolean {
    return this.#input.isRaw;
  }

  /** What stands on the screen now, trailing spaces cut. */
  read(): string {
    const { active } = this.#terminal.buffer;
    const lines = Array.from(
      { length: this.#terminal.rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
    );
    return lines.join('\n');
  }

  press(keys: string): void {
    this.#input.type(keys);
  }

  /** From now on every write throws. */
  breakDown(): void {
    this.#output.isBroken = true;
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.#output.emit('resize');
  }
}

class FakeOutput extends EventEmitter {
  readonly isTTY = true;
  isBroken = false;
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    super();
    this.#terminal = terminal;
  }

  get columns(): number {
    return this.#terminal.cols;
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  write(text: string, callback?: () => void): boolean {
    if (this.isBroken) throw new Error('write EIO');
    // A real terminal adds the carriage return; the emulator leaves that to its user.
    this.#terminal.write(text.replaceAll('\n', '\r\n'), callback);
    return true;
  }
}

class FakeInput extends EventEmitter {
  readonly isTTY = true;
  isRaw = false;
  #pending: string | null = null;

  type(keys: string): void {
    this.#pending = keys;
    this.emit('readable');
  }

  read(): string | null {
    const keys = this.#pending;
    this.#pending = null;
    return keys;
  }

  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }

  setEncoding(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  resume(): this {
    return this;
  }

  pause(): this {
    return this;
  }
}
