import { GlobCompiler } from '@larder/core';

/**
 * A test for any of these globs. Asked of every file of a workspace in every run, so that names and endings, which is what
 * plugins mostly ask for, are looked up.
 */
export function matchAny(patterns: readonly string[]): (path: string) => boolean {
  const names = new Set<string>();
  const endings = new Set<string>();
  const others: string[] = [];
  for (const pattern of new Set(patterns)) {
    const [, name, ending] = /^\*\*\/(?:([\w.-]+)|\*(\.[\w-]+))$/.exec(pattern) ?? [];
    if (name !== undefined) names.add(name);
    else if (ending !== undefined) endings.add(ending);
    else others.push(pattern);
  }
  const globs = new GlobCompiler();
  const matchers = others.map((pattern) => globs.compile(pattern));
  return (path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (names.has(name) || endings.has(name.slice(Math.max(0, name.lastIndexOf('.'))))) return true;
    return matchers.some((match) => match(path));
  };
}
