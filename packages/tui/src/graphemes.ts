/** What a person counts as characters: an accent or a family of emoji belongs to what it stands with. */
export function splitGraphemes(text: string): readonly string[] {
  return [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].map(({ segment }) => segment);
}
