import { displayWidth } from '@larder/report';

/** Our own signs, each by one of the same width, so that nothing moves. */
const replacements: Readonly<Record<string, string>> = {
  '✔': '+',
  '✓': '=',
  '✖': 'x',
  '●': '*',
  '◆': '@',
  '○': 'o',
  '·': '.',
  '❯': '>',
  '∎': '#',
  '↑': '^',
  '↓': 'v',
  '←': '<',
  '→': '>',
  '…': '~',
  '─': '-',
  '═': '=',
  '│': '|',
  '├': '|',
  '└': '`',
  '█': '#',
  '░': '.',
  '×': 'x',
};

const beyondAscii = /[^\u0000-\u007F]/gu;

/** For terminals that know ASCII alone: our signs by others, anything else by question marks. */
export function toAscii(line: string): string {
  return line.replaceAll(beyondAscii, (character) => replacements[character] ?? '?'.repeat(displayWidth(character)));
}
