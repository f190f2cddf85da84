import type { AddressInfo, Server } from 'node:net';

/** Listens at a free port of loopback, or at a descriptor that listens already; the port. Rejects where neither goes. */
export async function listen(server: Server, fd: number | null): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  if (fd === null) server.listen(0, '127.0.0.1', resolve);
  else server.listen({ fd }, resolve);
  await promise;
  server.off('error', reject);
  return (server.address() as AddressInfo).port;
}
