declare const brand: unique symbol;
type Brand<Name extends string> = string & { readonly [brand]: Name };

export type ProjectName = Brand<'ProjectName'>;

/** `project:target` or `project:target:configuration`. Names may hold colons: parse by looking the parts up in the graph. */
export type TaskId = Brand<'TaskId'>;

/** 32 lowercase hex digits: xxh3-128 of some bytes. */
export type Digest = Brand<'Digest'>;

/** 32 lowercase hex digits: the hash of all that a task's result may depend on. */
export type TaskHash = Brand<'TaskHash'>;

/** Unique per command line call; sorts by start time. */
export type RunId = Brand<'RunId'>;

/** Relative to the workspace root, POSIX separators, no leading `./`, no trailing slash; the root itself is `''`. */
export type WorkspacePath = Brand<'WorkspacePath'>;

export function asProjectName(name: string): ProjectName {
  return name as ProjectName;
}

export function asWorkspacePath(path: string): WorkspacePath {
  return path as WorkspacePath;
}

export function asDigest(hex: string): Digest {
  return hex as Digest;
}

export function asRunId(id: string): RunId {
  return id as RunId;
}

export function formatTaskId(project: string, target: string, configuration: string | null = null): TaskId {
  return (configuration === null ? `${project}:${target}` : `${project}:${target}:${configuration}`) as TaskId;
}

const hashSyntax = /^[0-9a-f]{32}$/;

/** Null where the text is not the syntax of a task hash. */
export function parseTaskHash(text: string): TaskHash | null {
  return hashSyntax.test(text) ? (text as TaskHash) : null;
}

/** A task hash is a digest of the canonical encoding of everything that counts. */
export function toTaskHash(digest: Digest): TaskHash {
  return digest as string as TaskHash;
}

/** Orders by code unit, the same on every machine and in every locale. */
export function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
