import type { Server } from 'node:net';

/**
 * Of a server that listens. Node has no public way to it; where this one changes, nobody stands by for a process that
 * dies. Null on Windows, where sockets have none.
 */
export function descriptorOf(server: Server): number | null {
  const { _handle: handle } = server as { _handle?: { readonly fd?: unknown } };
  return typeof handle?.fd === 'number' && handle.fd > 0 ? handle.fd : null;
}
