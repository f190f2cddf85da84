import { readFileSync } from 'node:fs';

/**
 * What is mounted below a folder, as the kernel lists it (proc_pid_mountinfo(5)); compared only for equality. Nobody is
 * told when something is mounted over a folder that is watched, and what is there then is not what is watched.
 */
export function readMountsBelow(rootAbsolute: string): string {
  const above = ` ${rootAbsolute.replaceAll(/[ \t\n\\]/g, toOctal)}/`;
  try {
    const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
    return lines.filter((line) => line.includes(above)).join('\n');
  } catch {
    // No /proc in this container; nothing can be mounted from within, either.
    return '';
  }
}

function toOctal(character: string): string {
  return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
}
