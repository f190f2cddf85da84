import { createHash } from 'node:crypto';
import { classOf } from '../scope-class.ts';
import type { EntryKey } from '../storage.ts';

/** Below the prefix of the bucket; another layout gets another version. */
const layout = 'v1';

/**
 * `<prefix>v1/<root|derived>/<scope>/<namespace>/<2 digits>/<62 digits>`: the scope is part of the key, in words, so
 * that the bucket's own policies and expiry rules can name it (all pull requests: `v1/derived/`). The `/` of a scope
 * becomes `~`, which no scope contains; the name is a digest, so that no name can leave its place.
 */
export function objectKey(prefix: string, key: EntryKey): string {
  const scope = key.scope.replaceAll('/', '~');
  const name = createHash('sha256').update(key.name).digest('hex');
  const place = `${layout}/${classOf(key.scope)}/${scope}/${key.namespace}`;
  return `${prefix}${place}/${name.slice(0, 2)}/${name.slice(2)}`;
}

/** Where all entries stand. */
export function entriesPrefixes(prefix: string): readonly string[] {
  return [`${prefix}${layout}/root/`, `${prefix}${layout}/derived/`];
}

/** Where writers of one entry announce themselves, see `claim-object.ts`. */
export function claimsPrefix(prefix: string, entryObjectKey: string): string {
  return `${prefix}${layout}/claims/${createHash('sha256').update(entryObjectKey).digest('hex')}/`;
}

export function probeKey(prefix: string, id: string): string {
  return `${prefix}${layout}/probes/${id}`;
}
