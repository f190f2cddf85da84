import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { generateSigningKeyPair } from '@larder/cache';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { writeError, writeOut } from '../session/command-io.ts';
import type { Terminal } from '../terminal.ts';

/** `cache keygen <file>`: the private key goes into a new file for its owner alone, the public one is printed. */
export async function generateKeys(terminal: Terminal, file: string): Promise<ExitCode> {
  const { privateKey, publicKey } = generateSigningKeyPair();
  try {
    writeFileSync(resolve(terminal.workingDirectory, file), `${privateKey}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'EEXIST' ? 'there is a file already, which is left as it is' : String(code);
    await writeError(terminal, `larder: ${file} was not written: ${reason}.\n`);
    return exitCodes.usage;
  }
  await writeOut(terminal, `${publicKey}\n`);
  return exitCodes.ok;
}
