import type { Exchange } from '../http/exchange.ts';
import type { ExchangeToken } from '../identity/exchange-token.ts';
import type { Identify, Identity } from '../identity/identity.ts';
import type { AdmitRequest } from '../limits/rate-limits.ts';
import type { ScopedEntries } from '../scoped-entries.ts';
import type { RecordFact } from '../server-event.ts';
import type { UsageRecorder } from '../stats/usage-recorder.ts';
import type { Namespace } from '../storage/storage.ts';

export type Method = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'OPTIONS';

/** What one path can do. A method that is not named here is answered by 405. */
export interface Route {
  /** For the metrics: which kind of path it is, never the path. */
  readonly name: string;
  readonly methods: Readonly<Partial<Record<Method, (exchange: Exchange) => Promise<void>>>>;
}

/** One kind of client in front of the storage. */
export interface Protocol {
  readonly name: string;
  /** Null where the path is none of this protocol's. */
  findRoute(path: string): Route | null;
  /** Answers a trouble of the server's own in the way that this protocol's client survives. */
  answerFailure(exchange: Exchange): void;
}

/** What protocols are given. */
export interface ProtocolContext {
  readonly identify: Identify;
  /** Null where no rules say what tokens of CI systems are good for. */
  readonly exchangeToken: ExchangeToken | null;
  readonly admit: AdmitRequest;
  readonly openEntries: (identity: Identity, from: string, namespace: Namespace) => ScopedEntries;
  readonly record: RecordFact;
  readonly usage: UsageRecorder;
  /** A client that must not wait for ever gets its answer within this time, whatever the storage does. */
  readonly answerWithinMs: number;
}
