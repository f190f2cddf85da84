/** POSIX, or with a drive letter; cheaper than `path.isAbsolute` for thousands. */
export function isAbsolutePath(path: string): boolean {
  return path.charCodeAt(0) === slash || path.charCodeAt(1) === colon;
}

const slash = 47;
const colon = 58;
