import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where cookies of this user lie, relative to the workspace. */
export function cookieFolder(): string {
  return `.larder/state/cookies/user-${process.getuid?.() ?? 'only'}`;
}

/** Makes the folder, and keeps Larder's out of git where that is new; else who made it does so, in its own time. */
export function prepareCookieFolder(rootAbsolute: string): void {
  const isNew = !existsSync(join(rootAbsolute, '.larder'));
  mkdirSync(join(rootAbsolute, cookieFolder()), { recursive: true, mode: 0o700 });
  if (isNew) writeFileSync(join(rootAbsolute, '.larder', '.gitignore'), '*\n');
}

/**
 * Files that exist for a moment: the system reports in order, so who sees the event of a cookie has seen everything
 * that happened before it was made.
 */
export class WatchCookies {
  readonly #folderAbsolute: string;
  readonly #awaited = new Map<string, (isSeen: boolean) => void>();

  constructor(rootAbsolute: string) {
    this.#folderAbsolute = join(rootAbsolute, cookieFolder());
  }

  /** Makes a cookie; resolves to true when `settle` is called for it in time. Throws where it cannot be made. */
  async drop(deadlineMs: number): Promise<boolean> {
    const name = `${process.pid}-${randomUUID()}`;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(resolve, deadlineMs, false);
    this.#awaited.set(name, resolve);
    try {
      const file = join(this.#folderAbsolute, name);
      closeSync(openSync(file, 'wx', 0o600));
      rmSync(file, { force: true });
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#awaited.delete(name);
    }
  }

  has(name: string): boolean {
    return this.#awaited.has(name);
  }

  settle(name: string): void {
    this.#awaited.get(name)?.(true);
  }

  /** Nothing will be seen any more. */
  giveUp(): void {
    for (const resolve of this.#awaited.values()) resolve(false);
  }
}
