/**
 * Folders that change all the time and hold no file of a workspace: what happens below them is not reported. Whoever
 * relies on the watcher for a path must ask `isWatchedPath` first; a declared output may lie in one of them.
 */
const unwatchedNames: ReadonlySet<string> = new Set(['.git', 'node_modules', '.larder', '.nx']);

export function isWatchedName(name: string): boolean {
  return !unwatchedNames.has(name);
}

/** Whether a change of this path, relative to the workspace and with `/`, is reported. */
export function isWatchedPath(path: string): boolean {
  return !unwatchedSegment.test(path);
}

/** Asked for every path of a workspace at once, for which taking each apart takes five times as long. */
const unwatchedSegment = new RegExp(
  `(?:^|/)(?:${[...unwatchedNames].map((name) => name.replaceAll('.', '\\.')).join('|')})(?:/|$)`,
);
