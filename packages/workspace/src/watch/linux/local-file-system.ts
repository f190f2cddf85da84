import { statfsSync } from 'node:fs';

/**
 * Kinds of file systems whose changes all pass through this machine's kernel, by the magic number of statfs(2): ext2 to
 * ext4, XFS, Btrfs, tmpfs, overlayfs, F2FS, ZFS, bcachefs, ReiserFS, JFS, ramfs. Others, such as NFS, SMB, 9p (the
 * Windows drives of WSL) and FUSE (folders shared into a virtual machine), change without an event.
 */
const localKinds: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0xf2f52010, 0x2fc12fc1, 0xca451a4e, 0x52654973, 0x3153464a,
  0x858458f6,
]);

/** Null where all changes are seen, else how the file system calls itself. */
export function findForeignFileSystem(pathAbsolute: string): string | null {
  const { type } = statfsSync(pathAbsolute);
  // Some kinds have their highest bit set, which comes back as a negative number on some platforms.
  const kind = type >>> 0;
  return localKinds.has(kind) ? null : `0x${kind.toString(16)}`;
}
