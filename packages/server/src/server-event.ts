import type { Access, RefusalReason } from './identity/identity.ts';
import type { Scope } from './identity/scope.ts';
import type { UploadResult } from './scoped-entries.ts';
import type { Namespace } from './storage/storage.ts';

/** Who wanted to write what, from where. */
export interface WriteAttempt {
  readonly by: string;
  readonly from: string;
  readonly scope: Scope;
  readonly namespace: Namespace;
  readonly name: string;
}

/** What happened in the server: past tense, never a secret. The writes among them are the audit log. */
export type ServerFact =
  | { readonly type: 'server-started'; readonly url: string; readonly storageDirectory: string }
  | { readonly type: 'server-stopped' }
  /** Nobody can be let in: no token has been made yet. */
  | { readonly type: 'tokens-missing'; readonly hint: string }
  | ({ readonly type: 'entry-stored'; readonly sizeBytes: number; readonly sha256: string } & WriteAttempt)
  | ({
      readonly type: 'entry-refused';
      readonly reason: Exclude<UploadResult['kind'], 'stored'>;
    } & WriteAttempt)
  /** Its own scope removed it: it could not be used any more. */
  | ({ readonly type: 'entry-dropped' } & WriteAttempt)
  /** A CI system's token was exchanged for one of this server. */
  | {
      readonly type: 'token-granted';
      readonly token: string;
      readonly by: string;
      readonly from: string;
      readonly scope: Scope;
      readonly access: Access;
      readonly expiresAtEpochMs: number;
    }
  | {
      readonly type: 'access-refused';
      readonly reason: RefusalReason;
      /** The token's id, where it is one that this server made. */
      readonly token: string | null;
      readonly from: string;
      readonly method: string;
      readonly path: string;
      /** Why a CI system's token was not believed. */
      readonly detail?: string;
    }
  | { readonly type: 'audit-failed'; readonly detail: string }
  | { readonly type: 'statistics-failed'; readonly detail: string }
  | { readonly type: 'certificate-loaded' }
  | { readonly type: 'certificate-unusable'; readonly detail: string }
  | { readonly type: 'storage-scanned'; readonly entries: number; readonly sizeBytes: number }
  /** `claims`: the bucket does not keep the first of two writers by itself. */
  | { readonly type: 'bucket-opened'; readonly bucket: string; readonly conditionalWrites: 'native' | 'claims' }
  | { readonly type: 'entries-evicted'; readonly count: number }
  | { readonly type: 'entry-damaged'; readonly path: string }
  | { readonly type: 'partial-files-swept'; readonly count: number }
  | { readonly type: 'storage-failed'; readonly detail: string }
  | { readonly type: 'request-failed'; readonly method: string; readonly path: string; readonly detail: string };

export type ServerEvent = ServerFact & { readonly atEpochMs: number };

/** Called synchronously; what it throws is dropped. */
export type ServerEventSink = (event: ServerEvent) => void;

export type RecordFact = (fact: ServerFact) => void;

/** Stamps facts with the time and shields the server from a sink that throws. */
export function createRecorder(sink: ServerEventSink, epochMs: () => number): RecordFact {
  return (fact) => {
    try {
      sink({ ...fact, atEpochMs: epochMs() });
    } catch {
      // A log that cannot be written must not stop the cache.
    }
  };
}

/** One line of JSON. Control characters in hostile names are escaped by JSON itself. */
export function formatServerEvent(event: ServerEvent): string {
  const { atEpochMs, type, ...facts } = event;
  return JSON.stringify({ at: new Date(atEpochMs).toISOString(), type, ...facts });
}
