const importPattern = /\b(?:from|import|require)\s*\(?\s*(["'`])([^"'`\n]{1,500})\1/g;

/**
 * The module names that a source file mentions, sorted, one a line: what an edge of the project graph
 * can follow from. Finds too much rather than too little (comments count): a name too many costs one
 * refresh, a missed one would cost a wrong graph.
 */
export function listImports(text: string): string {
  const names = new Set<string>();
  for (const match of text.matchAll(importPattern)) names.add(match[2]!);
  return [...names].sort().join('\n');
}
