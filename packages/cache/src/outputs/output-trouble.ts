/** Something about the outputs themselves keeps them from being stored or restored; the message names it. */
export class OutputTrouble extends Error {
  override readonly name = 'OutputTrouble';
}

/** What the file system answers to who reads an output, as trouble of that output; any other error as it is. */
export function toOutputTrouble(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  return new OutputTrouble(`"${path}" ${describeCode(error as NodeJS.ErrnoException)}`, { cause: error });
}

function describeCode({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'was removed while it was being read';
  if (code === 'EACCES' || code === 'EPERM') return 'cannot be read: permission denied';
  return `cannot be read: ${message}`;
}
