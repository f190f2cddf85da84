import type { Externals } from './project.ts';

export const noExternals: Externals = { packages: new Map(), resolutions: new Map(), globalKey: '' };

/** Later ones win where two know the same package; a root's resolutions are merged name by name. */
export function mergeExternals(all: readonly Externals[]): Externals {
  const [first = noExternals, ...others] = all;
  return others.reduce(mergeTwo, first);
}

function mergeTwo(a: Externals, b: Externals): Externals {
  const resolutions = new Map(a.resolutions);
  for (const [root, names] of b.resolutions) {
    resolutions.set(root, new Map([...(resolutions.get(root) ?? []), ...names]));
  }
  return {
    packages: new Map([...a.packages, ...b.packages]),
    resolutions,
    globalKey: [a.globalKey, b.globalKey].filter((key) => key !== '').join('\n'),
  };
}
