import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isWatchedName } from '../watch/watched-path.ts';

/** What everybody can see of each path: kind, mode and identity, and of files their time and content. */
export function scanTree(rootAbsolute: string): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const name of readdirSync(`${rootAbsolute}/${folder}`)) {
      if (!isWatchedName(name)) continue;
      const path = folder === '' ? name : `${folder}/${name}`;
      const isFolder = describe(rootAbsolute, path, facts);
      if (isFolder) visit(path);
    }
  };
  visit('');
  return facts;
}

function describe(rootAbsolute: string, path: string, facts: Map<string, string>): boolean {
  const absolute = `${rootAbsolute}/${path}`;
  const stats = lstatSync(absolute, { bigint: true });
  const identity = `${stats.mode} ${stats.ino}`;
  // The time of a folder tells of its entries, which tell of themselves.
  if (stats.isDirectory()) facts.set(path, identity);
  else if (stats.isSymbolicLink()) facts.set(path, `${identity} ${readlinkSync(absolute)}`);
  else {
    const digest = createHash('sha1').update(readFileSync(absolute)).digest('hex');
    facts.set(path, `${identity} ${stats.mtimeNs} ${digest}`);
  }
  return stats.isDirectory();
}

/** Paths whose facts differ, or that are only in one of the two. */
export function findDifferences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path));
}
