/** For a name that no other process has at the same time; loads nothing, as `node:crypto` would. */
export function uniqueSuffix(): string {
  return `${process.pid}-${Math.random().toString(36).slice(2)}`;
}
