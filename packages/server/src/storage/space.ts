/** Files take whole blocks. */
const blockBytes = 4096;

interface Kept {
  readonly sizeBytes: number;
  /** When the use was last written down on disk. */
  notedAtEpochMs: number;
}

export interface ScannedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly usedAtEpochMs: number;
}

/**
 * Keeps account of the bytes on disk, and decides what goes when there is no room. Does not touch the disk:
 * it names the paths to remove. Bytes are reserved before they are written, so that writers who come at the
 * same time cannot overrun the limit together.
 */
export class Space {
  readonly #maxBytes: number;
  /** Least recently used first. */
  readonly #kept = new Map<string, Kept>();
  #storedBytes = 0;
  #reservedBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get entries(): number {
    return this.#kept.size;
  }

  get storedBytes(): number {
    return this.#storedBytes;
  }

  /** The paths to remove so that the bytes fit; null where they cannot, and then nothing is reserved. */
  reserve(sizeBytes: number): readonly string[] | null {
    if (this.#reservedBytes + sizeBytes > this.#maxBytes) return null;
    this.#reservedBytes += sizeBytes;
    return this.evictExcess();
  }

  release(sizeBytes: number): void {
    this.#reservedBytes -= sizeBytes;
  }

  /** Paths that no longer fit beside what is reserved, least recently used first; they count as gone from now on. */
  evictExcess(): readonly string[] {
    const evicted: string[] = [];
    for (const path of this.#kept.keys()) {
      if (this.#storedBytes + this.#reservedBytes <= this.#maxBytes) break;
      this.remove(path);
      evicted.push(path);
    }
    return evicted;
  }

  has(path: string): boolean {
    return this.#kept.has(path);
  }

  add(path: string, sizeBytes: number, nowEpochMs: number): void {
    this.remove(path);
    const rounded = roundToBlocks(sizeBytes);
    this.#kept.set(path, { sizeBytes: rounded, notedAtEpochMs: nowEpochMs });
    this.#storedBytes += rounded;
  }

  /** Moves the path to the end of the queue. True where the use should be written down: the last note is `noteEveryMs` old. */
  use(path: string, nowEpochMs: number, noteEveryMs: number): boolean {
    const kept = this.#kept.get(path);
    if (kept === undefined) return false;
    this.#kept.delete(path);
    this.#kept.set(path, kept);
    if (nowEpochMs - kept.notedAtEpochMs < noteEveryMs) return false;
    kept.notedAtEpochMs = nowEpochMs;
    return true;
  }

  remove(path: string): void {
    const kept = this.#kept.get(path);
    if (kept === undefined) return;
    this.#kept.delete(path);
    this.#storedBytes -= kept.sizeBytes;
  }

  /** Takes in what an earlier process left. All of it counts as used before whatever this process has used. */
  adopt(files: readonly ScannedFile[]): void {
    const current = [...this.#kept];
    const unknown = files.filter((file) => !this.#kept.has(file.path));
    this.#kept.clear();
    for (const file of unknown.toSorted((a, b) => a.usedAtEpochMs - b.usedAtEpochMs)) {
      this.add(file.path, file.sizeBytes, file.usedAtEpochMs);
    }
    for (const [path, kept] of current) this.#kept.set(path, kept);
  }
}

/** What a file of that size takes on disk. */
export function roundToBlocks(sizeBytes: number): number {
  return Math.ceil(sizeBytes / blockBytes) * blockBytes;
}
