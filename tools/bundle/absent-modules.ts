import type { Plugin } from 'esbuild';

/** Replaces optional modules that are not installed by empty ones: Ink names its developer tools. */
export function absentModules(names: readonly string[]): Plugin {
  const filter = new RegExp(`^(?:${names.join('|')})$`);
  return {
    name: 'absent-modules',
    setup(build) {
      build.onResolve({ filter }, ({ path }) => ({ path, namespace: 'absent' }));
      build.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'export default null' }));
    },
  };
}
