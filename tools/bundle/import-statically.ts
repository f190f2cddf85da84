import { readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Imports statically what the sources of this repository import lazily from each other, where both end up in one file:
 * nothing is loaded later there, and esbuild wraps whatever can be reached lazily into functions, four hundred of them
 * in a run, and keeps all of it, used or not. `parts`: sources that are a file of their own; they are still loaded lazily.
 */
export function importStatically(root: string, parts: readonly string[]): Plugin {
  const separate = new Set(parts.map((source) => join(root, source)));
  const indexOf = (specifier: string, parent: string): string =>
    join(root, parent, specifier.slice('@larder/'.length), 'src', 'index.ts');
  const isSeparate = (specifier: string, importer: string): boolean =>
    specifier.startsWith('.')
      ? separate.has(join(dirname(importer), specifier))
      : separate.has(indexOf(specifier, 'packages')) || separate.has(indexOf(specifier, 'plugins'));
  const ours = ['packages', 'plugins'].map((folder) => join(root, folder) + sep);
  return {
    name: 'import-statically',
    setup(build) {
      build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/, namespace: 'file' }, ({ path }) => {
        if (!ours.some((folder) => path.startsWith(folder))) return undefined;
        const source = readFileSync(path, 'utf8');
        return { contents: liftImports(source, (specifier) => !isSeparate(specifier, path)), loader: 'ts' };
      });
    },
  };
}

const own = String.raw`'((?:\.|@larder/)[^']*)'`;
const member = new RegExp(String.raw`\(await import\(${own}\)\)\.(\w+)`, 'g');
const names = new RegExp(String.raw`\{([^{}]*)\} = await import\(${own}\)`, 'g');

/** As the sources write a lazy import: `(await import('…')).name` or `const { name } = await import('…')`. */
export function liftImports(source: string, isLifted: (specifier: string) => boolean): string {
  const lifted: string[] = [];
  const lift = (specifier: string, name: string): string => {
    const local = `lifted${lifted.length}_${name}`;
    lifted.push(`import { ${name} as ${local} } from '${specifier}';`);
    return local;
  };
  const rewritten = source
    .replace(member, (expression, specifier: string, name: string) =>
      isLifted(specifier) ? lift(specifier, name) : expression,
    )
    .replace(names, (expression, pattern: string, specifier: string) => {
      if (!isLifted(specifier)) return expression;
      const entries = listNames(pattern).map((name) => `${name}: ${lift(specifier, name)}`);
      return `{${pattern}} = { ${entries.join(', ')} }`;
    });
  return lifted.join('') + rewritten;
}

/** Of `{ a, b: c }` it is `a` and `b`. */
function listNames(pattern: string): readonly string[] {
  return pattern
    .split(',')
    .map((entry) => entry.split(':')[0]!.trim())
    .filter((name) => name !== '');
}
