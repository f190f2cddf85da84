import { cleanTerminalText } from '../text/clean-terminal-text.ts';
import type { Paint } from '../text/paint.ts';
import type { CacheTroubleView, RunView } from '../view/run-view.ts';
import { describeCacheTrouble } from './describe-cache-trouble.ts';

const maxDetailCharacters = 300;

/** Each kind of trouble once: what, how often, the first detail, and what to do. */
export function renderTroubles(
  view: RunView,
  paint: Paint,
): readonly { readonly label: string; readonly text: string }[] {
  return [...view.troubles.values()].flatMap((trouble, index) => {
    const { title, hint } = describeCacheTrouble(trouble.code);
    const times = trouble.count === 1 ? '' : ` (${trouble.count} times)`;
    const lines = [`${paint('yellow', title)}${times}`, `  ${describeFirst(trouble)}`, `  hint: ${hint}`];
    return lines.map((text, line) => ({ label: index === 0 && line === 0 ? 'cache' : '', text }));
  });
}

/** Details hold text from servers, so they are cleaned and cut. */
function describeFirst(trouble: CacheTroubleView): string {
  const detail = cleanTerminalText(trouble.firstDetail, false).replace(/\s+/g, ' ').trim();
  const cut = detail.length > maxDetailCharacters ? `${detail.slice(0, maxDetailCharacters)}…` : detail;
  return `${trouble.code}: ${trouble.firstTask === null ? '' : `${trouble.firstTask}: `}${cut}`;
}
