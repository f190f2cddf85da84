const maxPendingCharacters = 65_536;

/**
 * Cuts a stream of text into lines. A line ends with `\n` or `\r\n`; of a line that was written over
 * with `\r` only the last state remains, as a terminal would show it. A line longer than 65,536
 * characters is cut there, so that a task cannot make this grow.
 */
export class LineSplitter {
  #pending = '';

  /** The lines that this text completes, without their ends. */
  push(text: string): string[] {
    const parts = text.split('\n');
    const rest = parts.pop() ?? '';
    const lines = parts.map((part, index) => lastState(index === 0 ? this.#pending + part : part));
    this.#pending = parts.length === 0 ? this.#pending + rest : rest;
    if (this.#pending.length > maxPendingCharacters) {
      lines.push(lastState(this.#pending));
      this.#pending = '';
    }
    return lines;
  }

  /** What stands after the last line end; null where there is nothing. */
  get pending(): string | null {
    return this.#pending === '' ? null : lastState(this.#pending);
  }

  /** Takes the unfinished line out. */
  flush(): string | null {
    const pending = this.pending;
    this.#pending = '';
    return pending;
  }
}

function lastState(line: string): string {
  if (!line.includes('\r')) return line;
  const trimmed = line.replace(/\r+$/, '');
  return trimmed.slice(trimmed.lastIndexOf('\r') + 1);
}
