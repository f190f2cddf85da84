import { hasSameLines, type Frame } from '../panes/frame.ts';

/** What a canvas needs of a terminal. */
export interface TerminalWriter {
  write(text: string): boolean;
  /** More is waiting to be written than the terminal takes. */
  readonly writableNeedDrain?: boolean;
  once(event: 'drain', listener: () => void): unknown;
  off(event: 'drain', listener: () => void): unknown;
}

// ECMA-48: CUP, EL, ED, SGR. Mode 2026 (synchronised output) is ignored where it is unknown.
const beginFrame = '\u001B[?2026h';
const endFrame = '\u001B[?2026l';
const clearScreen = '\u001B[H\u001B[2J';
const clearRest = '\u001B[K';
const resetStyle = '\u001B[0m';

/**
 * Puts frames on the alternate screen: of each frame only the lines that differ from the last one are
 * written, all in one piece. Ink would build every cell of every frame anew, which alone costs more
 * than everything else in the view. While the terminal takes nothing, frames are dropped, except for
 * the last.
 */
export class Canvas {
  readonly #terminal: TerminalWriter;
  readonly #onError: (error: unknown) => void;
  #shown: Frame | null = null;
  #waiting: Frame | null = null;

  /** `onError` gets what goes wrong where nobody called. */
  constructor(terminal: TerminalWriter, onError: (error: unknown) => void) {
    this.#terminal = terminal;
    this.#onError = onError;
  }

  draw(frame: Frame): void {
    if (this.#waiting !== null) {
      this.#waiting = frame;
      return;
    }
    if (this.#terminal.writableNeedDrain === true) {
      this.#waiting = frame;
      this.#terminal.once('drain', this.#drawWaiting);
      return;
    }
    const text = renderChanges(this.#shown, frame);
    this.#shown = frame;
    if (text !== '') this.#terminal.write(`${beginFrame}${text}${endFrame}`);
  }

  /** The next frame is drawn as a whole: the terminal may show anything now. */
  forget(): void {
    this.#shown = null;
  }

  /** Draws nothing more. */
  close(): void {
    this.#waiting = null;
    this.#terminal.off('drain', this.#drawWaiting);
  }

  readonly #drawWaiting = (): void => {
    const frame = this.#waiting;
    this.#waiting = null;
    try {
      if (frame !== null) this.draw(frame);
    } catch (error) {
      this.#onError(error);
    }
  };
}

function renderChanges(before: Frame | null, frame: Frame): string {
  if (frame.kind === 'plain') return before !== null && hasSameLines(before, frame) ? '' : renderPlain(frame);
  const anew = before === null || before.kind !== 'panes' || !isSameSize(before, frame);
  let text = anew ? clearScreen : '';
  for (const [row, line] of frame.lines.entries()) {
    if (anew ? line === '' : line === before.lines[row]) continue;
    // The rest is cleared first: after a line of full width it would take the last character with it.
    text += `\u001B[${row + 1};1H${clearRest}${endStyles(line)}`;
  }
  return text;
}

/** Each line is written in one piece, so that the terminal knows which rows belong together when text is copied. */
function renderPlain({ lines }: Frame): string {
  return clearScreen + lines.map(endStyles).join('\r\n');
}

function endStyles(line: string): string {
  return line.includes('\u001B') ? line + resetStyle : line;
}

function isSameSize(a: Frame, b: Frame): boolean {
  return a.size.columns === b.size.columns && a.size.rows === b.size.rows;
}
