import type { Identity } from './identity/identity.ts';
import { readableScopes, type Scope } from './identity/scope.ts';
import type { RecordFact } from './server-event.ts';
import type { EntryFacts, EntryWrite, Namespace, OpenEntry, Storage, WriteResult } from './storage/storage.ts';

export interface Caller {
  readonly identity: Identity;
  /** The address that the connection comes from. */
  readonly from: string;
}

export type Upload = Pick<EntryWrite, 'body' | 'sizeBytes' | 'sha256' | 'attributes'>;
export type UploadResult = WriteResult | { readonly kind: 'forbidden' };

/**
 * What one caller may see and do through one protocol. Protocols reach the storage in no other way, and none of
 * these methods takes a scope: it follows from the identity alone.
 */
export interface ScopedEntries {
  head(name: string): Promise<EntryFacts | null>;
  read(name: string): Promise<OpenEntry | null>;
  /** Writes into the caller's own scope, and records the attempt whatever comes of it. */
  write(name: string, upload: Upload): Promise<UploadResult>;
}

export interface ScopedEntriesOptions {
  readonly storage: Storage;
  readonly namespace: Namespace;
  readonly record: RecordFact;
}

export function openScopedEntries(caller: Caller, options: ScopedEntriesOptions): ScopedEntries {
  const { identity, from } = caller;
  const { storage, namespace, record } = options;
  const scopes = readableScopes(identity.scope);

  const write = async (name: string, upload: Upload): Promise<UploadResult> => {
    if (identity.access !== 'write') return { kind: 'forbidden' };
    return await storage.write({ ...upload, key: { scope: identity.scope, namespace, name }, storedBy: identity.id });
  };

  return {
    head: (name) => findFirst(scopes, (scope) => storage.head({ scope, namespace, name })),
    read: (name) => findFirst(scopes, (scope) => storage.read({ scope, namespace, name })),
    write: async (name, upload) => {
      const result = await write(name, upload);
      const attempt = { by: identity.id, from, scope: identity.scope, namespace, name };
      if (result.kind === 'stored') {
        const { sizeBytes, sha256 } = result.facts;
        record({ type: 'entry-stored', ...attempt, sizeBytes, sha256 });
      } else {
        record({ type: 'entry-refused', ...attempt, reason: result.kind });
      }
      return result;
    },
  };
}

/** One scope after the other: the nearest one that has the entry decides. */
async function findFirst<T>(scopes: readonly Scope[], find: (scope: Scope) => Promise<T | null>): Promise<T | null> {
  for (const scope of scopes) {
    const found = await find(scope);
    if (found !== null) return found;
  }
  return null;
}
