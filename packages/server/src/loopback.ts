const addresses = /^(?:127(?:\.\d{1,3}){3}|localhost|\[?::1\]?)$/i;

/** Whether a host name or address can only be reached from the same machine. */
export function isLoopback(host: string): boolean {
  return addresses.test(host);
}

/** The host of a `host` header, which may name a port. */
export function isLoopbackHeader(header: string | undefined): boolean {
  return header !== undefined && isLoopback(header.replace(/:\d+$/, ''));
}
