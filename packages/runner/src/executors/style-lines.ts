import { styleText } from 'node:util';
import { OutputDecoder } from '../output/decode-output.ts';
import type { OutputStream } from '../output/decode-output.ts';

/** How the lines of one of several commands are told from those of the others. Colours by Nx's names. */
export interface LineStyle {
  readonly prefix?: string;
  readonly prefixColor?: string;
  readonly color?: string;
  readonly backgroundColor?: string;
}

export interface StyledOutput {
  readonly onOutput: (stream: OutputStream, chunk: Uint8Array) => void;
  /** Hands over a last line that has no end. */
  readonly flush: () => void;
}

/** A line that is longer goes out in pieces, so that a command without line breaks holds no memory. */
const longestLine = 64 * 1024;

/** Lets whole lines through, styled; blank lines stay blank. Without a style the bytes pass as they are. */
export function styleLines(
  style: LineStyle,
  sink: (stream: OutputStream, chunk: Uint8Array) => void,
  colored: boolean,
): StyledOutput {
  if (Object.keys(style).length === 0) return { onOutput: sink, flush: () => {} };
  const decoder = new OutputDecoder();
  const open = new Map<OutputStream, string>();
  const styled = (line: string): string => (line.trim() === '' ? line : styleLine(line, style, colored));
  const accept = (stream: OutputStream, text: string): void => {
    const lines = `${open.get(stream) ?? ''}${text}`.split('\n');
    const last = lines.pop() ?? '';
    const whole = lines.map((line) => `${styled(line)}\n`);
    if (last.length > longestLine) whole.push(styled(last));
    open.set(stream, last.length > longestLine ? '' : last);
    if (whole.length > 0) sink(stream, Buffer.from(whole.join('')));
  };
  return {
    onOutput: (stream, chunk) => accept(stream, decoder.decode(stream, chunk)),
    flush: () => {
      for (const { stream, text } of decoder.flush()) accept(stream, text);
      for (const [stream, line] of open) if (line !== '') sink(stream, Buffer.from(styled(line)));
      open.clear();
    },
  };
}

function styleLine(line: string, style: LineStyle, colored: boolean): string {
  if (!colored) return style.prefix === undefined ? line : `${style.prefix} ${line}`;
  const prefix = style.prefix === undefined ? '' : `${paint(paint(style.prefix, style.prefixColor), 'bold')} `;
  return paint(paint(`${prefix}${line}`, style.color), style.backgroundColor);
}

const colorNames = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
const styleNames = [
  'bold',
  ...colorNames,
  ...colorNames.map((name) => `bg${name[0]?.toUpperCase()}${name.slice(1)}` as `bg${Capitalize<typeof name>}`),
] as const;

function paint(text: string, name: string | undefined): string {
  const known = styleNames.find((candidate) => candidate === name);
  return known === undefined ? text : styleText(known, text, { validateStream: false });
}
