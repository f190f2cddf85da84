import { cleanTerminalText } from '../text/clean-terminal-text.ts';

/** Names and reasons come from the repository: in the page they are text and nothing else. */
export function escapeHtml(text: string): string {
  return cleanTerminalText(text, false)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
