import { parseTaskHash, type TaskHash } from '@larder/core';

const prefix = '/larder/v1';
const artifacts = `${prefix}/artifacts/`;
const lookup = `${prefix}/lookup`;
const token = `${prefix}/token`;
const events = `${prefix}/events`;
const access = `${prefix}/access`;

/** `<base>/larder/v1/artifacts/<hash>`. The base may hold a path prefix and may end in a slash. */
export function artifactUrl(base: string, hash: TaskHash): string {
  return `${withoutTrailingSlash(base)}${artifacts}${hash}`;
}

/** `<base>/larder/v1/lookup`: which of many hashes the server has. */
export function lookupUrl(base: string): string {
  return `${withoutTrailingSlash(base)}${lookup}`;
}

/** `<base>/larder/v1/token`: exchanges the token of a CI system for one of the server. */
export function tokenUrl(base: string): string {
  return `${withoutTrailingSlash(base)}${token}`;
}

/** `<base>/larder/v1/events`: takes what a run made of the cache. */
export function eventsUrl(base: string): string {
  return `${withoutTrailingSlash(base)}${events}`;
}

/** `<base>/larder/v1/access`: what the token of the request is good for. */
export function accessUrl(base: string): string {
  return `${withoutTrailingSlash(base)}${access}`;
}

export type LarderPath =
  | { readonly kind: 'artifact'; readonly hash: TaskHash }
  | { readonly kind: 'lookup' }
  | { readonly kind: 'token' }
  | { readonly kind: 'events' }
  | { readonly kind: 'access' };

/** What the path of a request means; null where it is not one of this protocol's, or its hash is not a task hash. */
export function parseLarderPath(path: string): LarderPath | null {
  if (path === lookup) return { kind: 'lookup' };
  if (path === token) return { kind: 'token' };
  if (path === events) return { kind: 'events' };
  if (path === access) return { kind: 'access' };
  if (!path.startsWith(artifacts)) return null;
  const hash = parseTaskHash(path.slice(artifacts.length));
  return hash === null ? null : { kind: 'artifact', hash };
}

function withoutTrailingSlash(base: string): string {
  let end = base.length;
  while (end > 0 && base[end - 1] === '/') end -= 1;
  return base.slice(0, end);
}
