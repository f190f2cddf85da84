/** By code unit, each text once. */
export function sortUnique<Text extends string>(texts: Iterable<Text>): readonly Text[] {
  // Without a comparator, sort compares code units.
  return [...new Set(texts)].sort();
}
