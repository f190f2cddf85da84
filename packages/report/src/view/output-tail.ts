import { LineSplitter } from '../text/split-lines.ts';

const maxLines = 500;
const maxCharacters = 131_072;

/**
 * The last lines of one task's output, at most 500 lines and 131,072 characters. The two streams are
 * cut into lines apart, so that an unfinished line of one never joins a line of the other.
 */
export class OutputTail {
  readonly #splitters = { stdout: new LineSplitter(), stderr: new LineSplitter() };
  #lines: string[] = [];
  #characters = 0;
  #droppedLines = 0;

  append(stream: 'stdout' | 'stderr', text: string): void {
    for (const line of this.#splitters[stream].push(text)) {
      this.#lines.push(line);
      this.#characters += line.length;
    }
    // Trimming at twice the bound makes the cost of a line constant on average.
    if (this.#lines.length > 2 * maxLines || this.#characters > 2 * maxCharacters) this.#trim(maxLines, maxCharacters);
  }

  /** Characters held, to bound the whole view. */
  get characters(): number {
    return this.#characters;
  }

  /** Lines that existed but are no longer held. */
  get droppedLines(): number {
    return this.#droppedLines + Math.max(0, this.#lines.length - maxLines);
  }

  /** The last `count` lines, unfinished ones included; raw, as the task wrote them. */
  last(count: number): readonly string[] {
    const unfinished = [this.#splitters.stdout.pending, this.#splitters.stderr.pending].filter((line) => line !== null);
    const finished = Math.max(0, Math.min(count - unfinished.length, maxLines));
    const lines = finished === 0 ? [] : this.#lines.slice(-finished);
    return [...lines, ...unfinished].slice(-Math.max(1, count));
  }

  /** Gives memory back and keeps only a short end. */
  shrink(): void {
    this.#trim(20, 4_096);
  }

  #trim(lineCount: number, characterCount: number): void {
    let first = this.#lines.length;
    let characters = 0;
    while (first > 0 && this.#lines.length - first < lineCount) {
      const length = this.#lines[first - 1]?.length ?? 0;
      if (characters + length > characterCount) break;
      characters += length;
      first -= 1;
    }
    this.#droppedLines += first;
    this.#lines = this.#lines.slice(first);
    this.#characters = characters;
  }
}
