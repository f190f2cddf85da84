/** By code unit, each text once. */
export function sortUnique<Text extends string>(texts: Iterable<Text>): readonly Text[] {
  const unique = [...new Set(texts)];
  // Without a comparator, sort compares code units.
  return unique.length < 2 ? unique : unique.sort();
}
