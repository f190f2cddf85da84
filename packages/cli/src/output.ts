import { fstatSync, statSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';

/** Standard output as far as an answer needs it that is printed at once. */
export interface Output {
  /** As `describeLook` says it. */
  readonly look: string;
  write(text: string): void;
}

export interface StandardStreams {
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
}

/** Everything about a terminal that changes what a text looks like; what is no terminal is plain. */
export function describeLook(streams: StandardStreams): string {
  const { isTTY, columns } = streams.stdout;
  // The look at standard input opens it, which takes a while.
  return isTTY ? `${columns} columns${streams.stdin.isTTY ? ', interactive' : ''}` : plain;
}

const plain = 'plain';

/** `openStreams` is called only where a terminal may listen: Node takes milliseconds to make a stream of a pipe. */
export function openOutput(openStreams: () => StandardStreams): Output {
  if (isNoTerminal()) {
    return { look: plain, write: (text) => writePlainly(text, () => openStreams().stdout) };
  }
  const streams = openStreams();
  return { look: describeLook(streams), write: (text) => void streams.stdout.write(text) };
}

const stdoutDescriptor = 1;

/** `false` where it may be one. */
function isNoTerminal(): boolean {
  try {
    const stats = fstatSync(stdoutDescriptor);
    return !stats.isCharacterDevice() || stats.rdev === statSync(devNull).rdev;
  } catch {
    return false;
  }
}

/** A pipe that takes no more for now, as one that others set to not wait does, is left to a stream. */
function writePlainly(text: string, openStream: () => NodeJS.WriteStream): void {
  let rest = Buffer.from(text, 'utf8');
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(stdoutDescriptor, rest));
    } catch (error) {
      // A reader that went away (`larder … | head`) is no failure of ours.
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') openStream().write(rest);
      return;
    }
  }
}
