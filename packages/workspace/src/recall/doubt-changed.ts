/**
 * Which rows of watched paths a watcher does not vouch for: those at or below a path that it saw change, and folders in
 * which a name may have come or gone. `changed`: relative to the root, with `/`; `''` is everything. A folder stands for
 * all below it.
 */
export function doubtChanged(changed: readonly string[]): (path: string) => boolean {
  const touched = new Set(changed);
  if (touched.has('')) return () => true;
  // A name that comes or goes changes the folder around it.
  const folders = new Set(changed.map((path) => path.slice(0, Math.max(0, path.lastIndexOf('/')))));
  return (path) => folders.has(path) || isAtOrBelow(path, touched);
}

function isAtOrBelow(path: string, touched: ReadonlySet<string>): boolean {
  if (touched.has(path)) return true;
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
    if (touched.has(path.slice(0, end))) return true;
  }
  return false;
}
