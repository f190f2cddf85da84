import { displayWidth, truncateToWidth, type Paint } from '@larder/report';
import { splitGraphemes } from '../graphemes.ts';
import { describePrompt } from '../state/apply-prompt.ts';
import { isFiltering } from '../state/filter.ts';
import type { UiState } from '../state/ui-state.ts';

/** One line: what is being typed, else what a key led to, else the keys. The last column stays empty. */
export function drawFooter(state: UiState, { columns, paint }: { columns: number; paint: Paint }): string {
  const width = Math.max(0, columns - 1);
  if (state.prompt !== null) return drawPrompt(state, width, paint);
  const said = [state.notice ?? '', describeSearch(state), describeFilter(state)]
    .filter((part) => part !== '')
    .join('  ');
  const hints = state.helpOpen ? ['? or Esc closes this help'] : keyHints;
  if (said === '') return drawHints(hints, width, paint);
  const cut = truncateToWidth(said, width);
  return `${paint('yellow', cut)}${drawHints(['', ...hints], width - displayWidth(cut), paint)}`;
}

/** Where the place is short the last go first. */
const keyHints = [
  '? help',
  '↑↓ move',
  '/ search',
  'f filter',
  'e next failure',
  'p pin',
  'c copy',
  't timeline',
  'b graph',
  'q stop',
] as const;

function drawHints(hints: readonly string[], columns: number, paint: Paint): string {
  let line = '';
  for (const [index, hint] of hints.entries()) {
    const longer = index === 0 ? hint : `${line}  ${hint}`;
    if (displayWidth(longer) > columns) break;
    line = longer;
  }
  return paint('dim', line);
}

/** The end of a long line is what is being typed. */
function drawPrompt(state: UiState, width: number, paint: Paint): string {
  const lead = describePrompt(state, width);
  const text = splitGraphemes(state.prompt?.text ?? '')
    .slice(-Math.max(1, width - displayWidth(lead) - 1))
    .join('');
  const found = state.prompt?.kind === 'search' ? describeFound(state) : '';
  const keys = state.prompt?.kind === 'input' ? 'Enter sends  Ctrl-D ends it  Esc' : 'Enter keeps  Esc drops';
  const hint = state.notice ?? keys;
  return truncateToWidth(
    `${paint('bold', lead)}${text}${drawCursor(paint)}${paint('dim', `  ${found}${hint}`)}`,
    width,
  );
}

/** A block, or a line where there are no styles. */
function drawCursor(paint: Paint): string {
  const block = paint('inverse', ' ');
  return block === ' ' ? '_' : block;
}

function describeFound(state: UiState): string {
  if (state.search === '') return '';
  return state.match === null ? 'not found  ' : `${state.match.position} of ${state.match.count}  `;
}

function describeSearch(state: UiState): string {
  return state.search === '' ? '' : `/${state.search} ${describeFound(state).trimEnd()} (n N)`;
}

function describeFilter({ filter }: UiState): string {
  if (!isFiltering(filter)) return '';
  return ['filter:', filter.text.trim(), filter.state === 'all' ? '' : filter.state]
    .filter((part) => part !== '')
    .join(' ');
}
