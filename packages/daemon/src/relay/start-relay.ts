import { createServer, type Server } from 'node:net';
import { descriptorOf } from '../process/descriptor-of.ts';
import { listen } from '../process/listen.ts';
import type { RelayTarget } from './relay-exchange.ts';

export interface Relay {
  readonly url: string;
  /** For a process that takes over; null where the platform has none. */
  readonly listeningFd: number | null;
}

const maxConnections = 512;

/**
 * Listens in this process and asks the daemon in the place of its client. Nx ends a run whose connection breaks while it
 * waits for an answer: one that a process of Nx's own gives does not break when the daemon is killed. Keeps no process
 * alive. `listenFd` is a descriptor that listens already, or null for a free port of loopback.
 */
export async function startRelay(target: RelayTarget, listenFd: number | null): Promise<Relay> {
  const server = createServer();
  server.maxConnections = maxConnections;
  // What speaks HTTP is loaded by the first request: a run that finds everything in Nx's own cache has none.
  const { promise: speaker, resolve: speak } = Promise.withResolvers<Server>();
  const load = async (): Promise<void> => {
    const { createSpeaker } = await import('./relay-exchange.ts');
    speak(createSpeaker(target));
  };
  server.once('connection', () => void load());
  server.on('connection', (socket) => {
    socket.unref();
    // One that breaks before anybody looks at it is nobody's trouble.
    socket.on('error', () => {});
    void speaker.then((http) => http.emit('connection', socket));
  });
  const port = await listen(server, listenFd);
  server.unref();
  return { url: `http://127.0.0.1:${port}`, listeningFd: descriptorOf(server) };
}
