/** Why a file that is there could not be read, without its path: whoever tells it names the file. */
export function describeUnreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === undefined ? undefined : causes[code]) ?? message.replace(/, \w+(?: '.*')?$/, '');
}

const causes: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder',
  ELOOP: 'it is a symbolic link that leads back to itself',
  ENOENT: 'it is a symbolic link to something that is not there, or it has just gone',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
};
