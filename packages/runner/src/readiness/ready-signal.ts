import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskId } from '@larder/core';
import { FramedMessages } from './framed-messages.ts';

/** The task has said that it is ready, at an address where it named one; or nobody will ever hear it. */
export type HeardSignal =
  | { readonly kind: 'ready'; readonly url: string | null }
  | { readonly kind: 'deaf'; readonly detail: string };

/**
 * Hears what Nx's `emitReadySignal` says in the processes of one task (`tasks-runner/readiness/ready-signal.js` of
 * Nx 24): they connect to a socket that their environment names. Only this user can.
 */
export class ReadySignal {
  /** What the processes of the task have to find in their environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly heard: Promise<HeardSignal>;
  readonly #folder: string | null;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(task: TaskId) {
    const heard = Promise.withResolvers<HeardSignal>();
    this.heard = heard.promise;
    this.#folder = process.platform === 'win32' ? null : mkdtempSync(join(tmpdir(), 'larder-'));
    const path = this.#folder === null ? `\\\\.\\pipe\\larder-${randomUUID()}` : join(this.#folder, 'ready');
    this.env = { NX_READY_SIGNAL_SOCKET: path, NX_READY_SIGNAL_TASK: task };
    this.#server = createServer((socket) => this.#listenTo(socket, task, heard.resolve));
    this.#server.on('error', (error) => heard.resolve({ kind: 'deaf', detail: error.message }));
    // The address is taken at once, before the task that is started next can look for it.
    this.#server.listen(path).unref();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
  }

  #listenTo(socket: Socket, task: TaskId, tell: (signal: HeardSignal) => void): void {
    this.#sockets.add(socket);
    socket.unref();
    const messages = new FramedMessages();
    socket.on('data', (chunk: Buffer) => {
      for (const message of messages.take(chunk)) {
        const signal = parseSignal(message, task);
        if (signal !== null) tell(signal);
      }
      if (messages.isBroken) socket.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

/** `{ type: 'TO_PARENT_FROM_CHILDREN', message: { type: 'nx-ready-signal:ready', taskId, url? } }`. */
function parseSignal(value: unknown, task: TaskId): HeardSignal | null {
  if (!isRecord(value) || value['type'] !== 'TO_PARENT_FROM_CHILDREN') return null;
  const { message } = value;
  if (!isRecord(message) || message['type'] !== 'nx-ready-signal:ready' || message['taskId'] !== task) return null;
  const { url } = message;
  return { kind: 'ready', url: typeof url === 'string' && URL.canParse(url) ? url : null };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
