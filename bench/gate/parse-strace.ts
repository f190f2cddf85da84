/** What the traced program asked of the kernel. */
export interface CallCounts {
  /** Calls that concern files: the sum over `fileCalls`. */
  readonly fileCalls: number;
  /** Files and folders that it opened, each time that it did. */
  readonly opened: number;
  readonly bytesRead: number;
  /** Programs started, itself included. */
  readonly processes: number;
  /** Opened files with JavaScript in the folder of the bundle. */
  readonly chunks: number;
}

const reads = ['read', 'pread64', 'readv', 'preadv'];
const opens = ['openat', 'open', 'creat'];

/**
 * Calls whose number follows from what the program does. Those for memory, threads and waiting differ from run
 * to run.
 */
export const fileCalls: readonly string[] = [
  [...reads, ...opens, 'getdents64', 'close'],
  ['statx', 'stat', 'lstat', 'fstat', 'newfstatat', 'access', 'faccessat', 'faccessat2', 'readlink', 'readlinkat'],
  ['write', 'pwrite64', 'writev', 'pwritev', 'copy_file_range', 'sendfile', 'ftruncate', 'fsync', 'fdatasync'],
  ['rename', 'renameat', 'renameat2', 'unlink', 'unlinkat', 'rmdir', 'mkdir', 'mkdirat', 'link', 'linkat'],
  ['symlink', 'symlinkat', 'chmod', 'fchmod', 'fchmodat', 'utimensat'],
].flat();

/**
 * Reads the lines of `strace -ff`, one call each: `openat(AT_FDCWD, "/etc/hosts", O_RDONLY) = 3`. What is asked of `/proc`
 * does not count: who measures running tasks looks there once more for every moment that a slow machine takes longer.
 */
export function parseStrace(lines: readonly string[], bundleFolder: string): CallCounts {
  const counts = { fileCalls: 0, opened: 0, bytesRead: 0, processes: 0, chunks: 0 };
  const ofProc = new Set<number>();
  for (const line of lines) {
    const name = /^\w+(?=\()/.exec(line)?.[0];
    // The end of a thread: the next line is another's.
    if (line.startsWith('+++')) ofProc.clear();
    if (name === undefined) continue;
    const result = Number(/ = (-?\d+)[^=]*$/.exec(line)?.[1] ?? -1);
    if (name === 'execve' && result === 0) counts.processes += 1;
    if (!fileCalls.includes(name)) continue;
    const isOpened = opens.includes(name) && result >= 0;
    if (/"\/proc[/"]/.test(line)) {
      if (isOpened) ofProc.add(result);
      continue;
    }
    const descriptor = Number(/^\w+\((\d+)/.exec(line)?.[1] ?? -1);
    const isOfProc = name === 'close' ? ofProc.delete(descriptor) : ofProc.has(descriptor);
    if (isOfProc) continue;
    counts.fileCalls += 1;
    if (reads.includes(name) && result > 0) counts.bytesRead += result;
    if (!isOpened) continue;
    counts.opened += 1;
    if (line.includes(`"${bundleFolder}`) && /\.[cm]?js"/.test(line)) counts.chunks += 1;
  }
  return counts;
}
