import { expect, test } from 'vitest';
import { escapeHtml, heading } from './index.ts';

test('markup in a text is shown, not obeyed', () => {
  expect(escapeHtml('<script>')).toBe('&lt;script&gt;');
  expect(heading('tea & more')).toBe('<h1>Tea &amp; more</h1>');
});
