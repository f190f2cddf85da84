import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';

/** As many as Linux follows. */
const maxLinks = 40;

/**
 * The links that lead on from a link, and the path behind the last of them, there or not; not a folder, because folders
 * are not listed through links. The texts of links are left as they are: `..` after a link on the way is the system's to
 * resolve, each time that it is asked.
 */
export function listLinkSteps(linkAbsolute: string): readonly string[] {
  const steps: string[] = [];
  try {
    for (let path = linkAbsolute; steps.length < maxLinks;) {
      const target = readlinkSync(path);
      path = isAbsolute(target) ? target : `${dirname(path)}/${target}`;
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (stats?.isDirectory() !== true) steps.push(path);
      if (stats?.isSymbolicLink() !== true) break;
    }
  } catch {
    // Where this process may not look it has read nothing either.
    return steps;
  }
  return steps;
}
