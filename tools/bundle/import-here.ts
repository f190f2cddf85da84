/**
 * Lets a bundled file use the `import` of whoever loads it: what is not compiled by Node's own loader, as
 * `kept-code/load-kept.ts` does it, has none. Loaded by `require` it uses its own.
 */
export function importThroughLoader(bundled: string): string {
  return `var importHere=importHere??(name=>import(name));${bundled.replace(/(?<![\w$.])import\(/g, 'importHere(')}`;
}
