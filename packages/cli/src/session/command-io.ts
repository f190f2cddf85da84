import type { Terminal } from '../terminal.ts';

/** Writes to standard output; resolves when the text has been handed over, also when nobody reads any more. */
export async function writeOut(terminal: Terminal, text: string): Promise<void> {
  await writeTo(terminal.stdout, text);
}

export async function writeError(terminal: Terminal, text: string): Promise<void> {
  await writeTo(terminal.stderr, text);
}

function writeTo(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => resolve());
  });
}

/** Two spaces and a final newline, for people and for `jq` alike. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
