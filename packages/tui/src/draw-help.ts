import { truncateToWidth, type Paint } from '@larder/report';

const keys: readonly (readonly [string, string])[] = [
  ['↑ ↓  j k', 'move the selection'],
  ['PgUp PgDn', 'move by a page'],
  ['Enter  p', "pin the task's output, or let go of it"],
  ['f', 'go to the next failed task'],
  ['Esc', 'follow the run again'],
  ['q  Ctrl-C', 'stop the run; once more to force it'],
  ['?', 'close this help'],
];

export function drawHelp(columns: number, paint: Paint): readonly string[] {
  return ['', ...keys.map(([key, text]) => `  ${paint('bold', key.padEnd(11))} ${text}`)].map((line) =>
    truncateToWidth(line, columns),
  );
}

export function drawFooter(columns: number, paint: Paint): string {
  return paint('dim', truncateToWidth('↑↓ move  p pin  f next failure  esc follow  q stop  ? help', columns));
}
