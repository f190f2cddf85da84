import { createInterface } from 'node:readline/promises';

/** Asks a person, where one is there and nothing else was said; a program has decided by calling. */
export async function confirm(question: string, options: { readonly yes?: boolean }): Promise<boolean> {
  const isDryRun = process.argv.some((word) => /^(?:-d|--dry-?run)$/i.test(word));
  const asks = process.stdin.isTTY && process.stdout.isTTY && process.env['NX_INTERACTIVE'] !== 'false';
  if (options.yes === true || isDryRun || !asks) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(?:es)?$/i.test((await terminal.question(`${question} (y/N) `)).trim());
  } finally {
    terminal.close();
  }
}
