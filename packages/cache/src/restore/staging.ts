import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

const abandonedAfterMs = 60 * 60 * 1000;

/**
 * A folder on the workspace's file system for what is not verified yet. Files in it are named by
 * number: no name from an artifact reaches the file system before the whole artifact was verified.
 */
export class Staging implements AsyncDisposable {
  readonly directoryAbsolute: string;
  /** Bits that the process takes from the modes of files that it creates. */
  readonly umask: number;

  constructor(stagingAbsolute: string) {
    sweepAbandoned(stagingAbsolute);
    this.directoryAbsolute = join(stagingAbsolute, crypto.randomUUID());
    mkdirSync(this.directoryAbsolute, { recursive: true, mode: 0o777 });
    this.umask = 0o777 & ~lstatSync(this.directoryAbsolute).mode;
  }

  fileAt(index: number): string {
    return join(this.directoryAbsolute, String(index));
  }

  /** What cannot be removed now is swept later, and must not undo what was restored. */
  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.directoryAbsolute, { recursive: true, force: true }).catch(() => {});
  }
}

/** What a crash left behind. */
function sweepAbandoned(stagingAbsolute: string): void {
  const before = Date.now() - abandonedAfterMs;
  for (const name of listNames(stagingAbsolute)) {
    const path = join(stagingAbsolute, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats !== undefined && stats.mtimeMs < before) rmSync(path, { recursive: true, force: true });
  }
}

function listNames(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
