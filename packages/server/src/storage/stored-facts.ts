import * as v from 'valibot';
import { parseScope, type Scope } from '../identity/scope.ts';
import { namespaces, type EntryFacts } from './storage.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const schema = v.object({
  key: v.object({
    scope: v.custom<Scope>((value) => typeof value === 'string' && parseScope(value) !== null),
    namespace: v.picklist(namespaces),
    name: v.string(),
  }),
  sizeBytes: count,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  storedAtEpochMs: count,
  storedBy: v.string(),
  attributes: v.record(v.string(), v.string()),
});

/** Facts as they stand beside a body, as JSON; null where the text is anything else. */
export function parseStoredFacts(json: string): EntryFacts | null {
  try {
    const parsed = v.safeParse(schema, JSON.parse(json));
    return parsed.success ? parsed.output : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
