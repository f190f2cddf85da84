/** What the file system said of a file, without its path: whoever tells it names the file. */
export function describeFileError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === undefined ? undefined : causes[code]) ?? message.replace(/, \w+(?: '.*')?$/, '');
}

/** The same of a file that is there and could not be read. */
export function describeUnreadable(error: unknown): string {
  const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
  return isGone
    ? 'it is a symbolic link to something that is not there, or it has just gone'
    : describeFileError(error);
}

const causes: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  ELOOP: 'it is a symbolic link that leads back to itself',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
};
