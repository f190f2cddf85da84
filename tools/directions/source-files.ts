import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** An import as a source file writes it. */
export interface Import {
  readonly specifier: string;
  /** True for `await import(…)`. */
  readonly isLazy: boolean;
}

export interface SourceFile {
  /** From the repository's root, with slashes. */
  readonly path: string;
  readonly folder: string;
  readonly isTest: boolean;
  readonly text: string;
  readonly imports: readonly Import[];
}

/** All sources of one package. Fakes and fixtures for tests count as tests. */
export function readSourceFiles(root: string, folder: string): readonly SourceFile[] {
  return globSync('src/**/*.{ts,tsx}', { cwd: join(root, folder) }).map((name) => {
    const path = `${folder}/${name.replaceAll('\\', '/')}`;
    const text = readFileSync(join(root, path), 'utf8');
    const isTest = /\.test\.tsx?$|\/(?:fakes|testing|fixtures)\//.test(path);
    return { path, folder, isTest, text, imports: findImports(text) };
  });
}

/** Exact for sources that the formatter has laid out, which the check makes sure of. */
function findImports(text: string): readonly Import[] {
  const code = text.replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '');
  const fixed = [...code.matchAll(/^(?:import|export|\})(?:[^'"();]*\bfrom)? '([^']+)'/gm)];
  const lazy = [...code.matchAll(/\bimport\(\s*'([^']+)'\s*,?\s*\)/g)];
  return [
    ...fixed.map(([, specifier = '']) => ({ specifier, isLazy: false })),
    ...lazy.map(([, specifier = '']) => ({ specifier, isLazy: true })),
  ];
}

/** Folders of every package, from the disk. */
export function findPackageFolders(root: string): readonly string[] {
  const manifests = globSync(['packages/*/package.json', 'plugins/*/package.json'], { cwd: root });
  return manifests.map((file) => dirname(file).replaceAll('\\', '/'));
}

/** Names of the packages that a manifest declares, its own included. */
export function readDeclaredDependencies(root: string, folder: string): ReadonlySet<string> {
  const manifest: Record<string, unknown> = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const lists = ['dependencies', 'peerDependencies', 'optionalDependencies', 'devDependencies'];
  return new Set([String(manifest['name']), ...lists.flatMap((list) => Object.keys(manifest[list] ?? {}))]);
}

export function exists(root: string, path: string): boolean {
  return existsSync(join(root, path));
}
