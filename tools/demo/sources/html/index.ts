import { capitalise } from '@acme/text';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

export function heading(text: string): string {
  return `<h1>${escapeHtml(capitalise(text))}</h1>`;
}
