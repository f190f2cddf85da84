import { createPaint, type Style } from '@larder/report';
import { levels, type Finding, type Level } from './check.ts';

/** What `larder doctor --json` prints. */
export interface DoctorReport {
  readonly v: 1;
  readonly version: string;
  readonly root: string;
  readonly findings: readonly Finding[];
}

/** The JSON schema of it, which stands in `docs/doctor.schema.json`. */
export function buildDoctorSchema(): object {
  const text = (description: string) => ({ type: 'string', description });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'larder doctor --json',
    type: 'object',
    properties: {
      v: { const: 1 },
      version: text('Of larder.'),
      root: text('Of the workspace; absolute.'),
      findings: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            id: text('What was looked at. Several daemons have the same.'),
            level: { enum: [...levels] },
            detail: text('How it is.'),
            advice: { type: ['string', 'null'], description: 'What to do; null: nothing.' },
          },
          required: ['id', 'level', 'detail', 'advice'],
          additionalProperties: false,
        },
      },
    },
    required: ['v', 'version', 'root', 'findings'],
    additionalProperties: false,
  };
}

const styles: Readonly<Record<Level, Style>> = { ok: 'green', warning: 'yellow', problem: 'red' };

export function renderFindings(findings: readonly Finding[], { color }: { readonly color: boolean }): string {
  const paint = createPaint(color);
  const idWidth = Math.max(...findings.map(({ id }) => id.length));
  const levelWidth = Math.max(...levels.map((level) => level.length));
  const lines = findings.flatMap(({ id, level, detail, advice }) => {
    const line = `${paint(styles[level], level.padEnd(levelWidth))}  ${id.padEnd(idWidth)}  ${detail}`;
    return advice === null ? [line] : [line, `${' '.repeat(levelWidth + idWidth + 4)}${advice}`];
  });
  const count = (level: Level): number => findings.filter((finding) => finding.level === level).length;
  const summary = `${count('ok')} ok, ${plural(count('warning'), 'warning')}, ${plural(count('problem'), 'problem')}.`;
  return `${[...lines, '', summary].join('\n')}\n`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
