import { LineSplitter } from '@larder/core';

/** How much of one task's output is held. */
export interface OutputBounds {
  readonly lines: number;
  readonly characters: number;
}

/** Enough for what stands in summaries and records. */
export const tailBounds: OutputBounds = { lines: 500, characters: 131_072 };

/** For whoever scrolls back. */
export const scrollBackBounds: OutputBounds = { lines: 10_000, characters: 1_048_576 };

/**
 * The last lines of one task's output, within bounds. The two streams are cut into lines apart, so
 * that an unfinished line of one never joins a line of the other. Lines have numbers, which they keep
 * while earlier ones are dropped.
 */
export class OutputTail {
  readonly #splitters = { stdout: new LineSplitter(), stderr: new LineSplitter() };
  readonly #bounds: OutputBounds;
  #lines: string[] = [];
  #characters = 0;
  #droppedLines = 0;

  constructor(bounds: OutputBounds = tailBounds) {
    this.#bounds = bounds;
  }

  append(stream: 'stdout' | 'stderr', text: string): void {
    for (const line of this.#splitters[stream].push(text)) {
      this.#lines.push(line);
      this.#characters += line.length;
    }
    const { lines, characters } = this.#bounds;
    // Trimming at twice the bound makes the cost of a line constant on average.
    if (this.#lines.length > 2 * lines || this.#characters > 2 * characters) this.#trim(lines, characters);
  }

  /** Characters held, to bound the whole view. */
  get characters(): number {
    return this.#characters;
  }

  /** Lines that existed but are no longer held: the number of the first that is. */
  get droppedLines(): number {
    return this.#droppedLines + Math.max(0, this.#lines.length - this.#bounds.lines);
  }

  /** One more than the number of the last line, unfinished ones included. */
  get endLine(): number {
    return this.#droppedLines + this.#lines.length + this.#unfinished().length;
  }

  /** The last `count` lines, unfinished ones included; raw, as the task wrote them. */
  last(count: number): readonly string[] {
    const { endLine } = this;
    return this.slice(endLine - Math.max(1, count), endLine);
  }

  /** The lines from number `from` up to and without `to`, as far as they are held. */
  slice(from: number, to: number): readonly string[] {
    const first = Math.max(from, this.droppedLines) - this.#droppedLines;
    const end = to - this.#droppedLines;
    if (end <= first) return [];
    const lines = this.#lines.slice(first, end);
    if (end <= this.#lines.length) return lines;
    const skipped = Math.max(0, first - this.#lines.length);
    return [...lines, ...this.#unfinished().slice(skipped, end - this.#lines.length)];
  }

  /** Gives memory back and keeps only a short end. */
  shrink(): void {
    this.#trim(20, 4_096);
  }

  /** Holds at most so many characters from the end; the lines keep their numbers. */
  limit(characters: number): void {
    if (this.#characters > characters) this.#trim(this.#bounds.lines, Math.floor(characters / 2));
  }

  #unfinished(): readonly string[] {
    const { stdout, stderr } = this.#splitters;
    return [stdout.pending, stderr.pending].filter((line) => line !== null);
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
