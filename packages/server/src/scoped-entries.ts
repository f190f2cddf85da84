import type { Identity } from './identity/identity.ts';
import { readableScopes, type Scope } from './identity/scope.ts';
import type { Quotas } from './limits/quotas.ts';
import type { RecordFact } from './server-event.ts';
import type {
  EntryFacts,
  EntryKey,
  EntryWrite,
  Namespace,
  OpenEntry,
  Redirect,
  Storage,
  WriteResult,
} from './storage/storage.ts';

export interface Caller {
  readonly identity: Identity;
  /** The address that the connection comes from. */
  readonly from: string;
}

export type Upload = Pick<EntryWrite, 'body' | 'sizeBytes' | 'sha256' | 'attributes'>;
export type UploadResult = WriteResult | { readonly kind: 'forbidden' } | { readonly kind: 'quota-used-up' };

/**
 * What one caller may see and do through one protocol. Protocols reach the storage in no other way, and none of
 * these methods takes a scope: it follows from the identity alone.
 */
export interface ScopedEntries {
  head(name: string): Promise<EntryFacts | null>;
  read(name: string): Promise<OpenEntry | null>;
  /**
   * Where the caller may fetch the body itself; null where it is to be read here. Counts as a read where there is one.
   */
  findRedirect(name: string, isFit: (facts: EntryFacts) => boolean): Promise<Redirect | null>;
  /** Writes into the caller's own scope, and records the attempt whatever comes of it. */
  write(name: string, upload: Upload): Promise<UploadResult>;
  /**
   * Removes what the caller's own scope holds under a name because it cannot be used any more. Does nothing for who
   * may only read; what others hold stays.
   */
  drop(name: string): Promise<void>;
  /** As `read`, from the caller's own scope alone; does not count as a use of the cache. */
  readOwn(name: string): Promise<OpenEntry | null>;
}

/** Told about every use of the cache. */
export interface EntryObserver {
  noteRead(identity: Identity, namespace: Namespace, facts: EntryFacts | null): void;
  noteWrite(identity: Identity, namespace: Namespace, result: UploadResult): void;
}

export interface ScopedEntriesOptions {
  readonly storage: Storage;
  readonly namespace: Namespace;
  readonly quotas: Quotas;
  readonly observer: EntryObserver;
  readonly record: RecordFact;
}

export function openScopedEntries(caller: Caller, options: ScopedEntriesOptions): ScopedEntries {
  const { identity, from } = caller;
  const { storage, namespace, record, observer } = options;
  const { scope } = identity;
  const scopes = readableScopes(scope);
  return {
    head: (name) => findFirst(scopes, (each) => storage.head({ scope: each, namespace, name })),
    read: async (name) => {
      const entry = await findFirst(scopes, (each) => storage.read({ scope: each, namespace, name }));
      observer.noteRead(identity, namespace, entry?.facts ?? null);
      return entry;
    },
    findRedirect: async (name, isFit) => {
      if (storage.findRedirect === undefined) return null;
      const redirect = await findFirst(scopes, (each) => findRedirect(storage, { scope: each, namespace, name }));
      if (redirect === null || redirect === 'read-here' || !isFit(redirect.facts)) return null;
      observer.noteRead(identity, namespace, redirect.facts);
      return redirect;
    },
    readOwn: (name) => storage.read({ scope, namespace, name }),
    write: async (name, upload) => {
      const result = await writeWithin(caller, options, { ...upload, name });
      const attempt = { by: identity.id, from, scope, namespace, name };
      if (result.kind === 'stored') {
        const { sizeBytes, sha256 } = result.facts;
        record({ type: 'entry-stored', ...attempt, sizeBytes, sha256 });
      } else {
        record({ type: 'entry-refused', ...attempt, reason: result.kind });
      }
      observer.noteWrite(identity, namespace, result);
      return result;
    },
    drop: async (name) => {
      if (identity.access !== 'write' || !(await storage.delete({ scope, namespace, name }))) return;
      record({ type: 'entry-dropped', by: identity.id, from, scope, namespace, name });
    },
  };
}

async function writeWithin(
  { identity }: Caller,
  { storage, namespace, quotas }: ScopedEntriesOptions,
  { name, ...upload }: Upload & { readonly name: string },
): Promise<UploadResult> {
  if (identity.access !== 'write') return { kind: 'forbidden' };
  // An upload of unknown size counts when it has arrived: the storage limits a single one.
  const reservation = quotas.reserve(identity.scope, upload.sizeBytes ?? 0);
  if (reservation === null) return { kind: 'quota-used-up' };
  let keptBytes = 0;
  try {
    const key = { scope: identity.scope, namespace, name };
    const result = await storage.write({ ...upload, key, storedBy: identity.id });
    if (result.kind === 'stored') keptBytes = result.facts.sizeBytes;
    return result;
  } finally {
    reservation.settle(keptBytes);
  }
}

/** An entry that is to be read here hides those of the scopes above, as it does for a read. */
async function findRedirect(storage: Storage, key: EntryKey): Promise<Redirect | 'read-here' | null> {
  const redirect = await storage.findRedirect?.(key);
  if (redirect !== null && redirect !== undefined) return redirect;
  return (await storage.head(key)) === null ? null : 'read-here';
}

/** One scope after the other: the nearest one that has the entry decides. */
async function findFirst<T>(scopes: readonly Scope[], find: (scope: Scope) => Promise<T | null>): Promise<T | null> {
  for (const scope of scopes) {
    const found = await find(scope);
    if (found !== null) return found;
  }
  return null;
}
