import type { ExternalPackage } from '@larder/core';

/**
 * Finds packages by what was asked for (`name@range`), as yarn's lockfiles list it. With `resolutions`
 * in the root's manifest, a range may not be listed: then the only package of that name is meant.
 */
export class DescriptorIndex {
  /** False once something was asked for that could not be told. */
  isComplete = true;
  readonly #byDescriptor = new Map<string, string>();
  readonly #byName = new Map<string, Set<string>>();

  add(descriptor: string, entry: Pick<ExternalPackage, 'key' | 'name'>): void {
    this.#byDescriptor.set(descriptor, entry.key);
    // By the name that is asked for, which an alias has besides that of the package.
    const name = descriptor.slice(0, descriptor.indexOf('@', 1));
    this.#byName.set(name, (this.#byName.get(name) ?? new Set()).add(entry.key));
  }

  /** Null where it is not an external package, as far as the lockfile knows. */
  find(name: string, range: string): string | null {
    const exact = this.#byDescriptor.get(`${name}@${range}`) ?? this.#byDescriptor.get(`${name}@npm:${range}`);
    if (exact !== undefined) return exact;
    const candidates = [...(this.#byName.get(name) ?? [])];
    if (candidates.length > 1) this.isComplete = false;
    return candidates.length === 1 ? (candidates[0] ?? null) : null;
  }
}
