import { join } from 'node:path';

/** One published command: its entry points by the name of the bundled file, and the folder that holds it. */
export interface Bundle {
  readonly packageFolder: string;
  readonly entryPoints: Readonly<Record<string, string>>;
  /** CommonJS where something loads it by `require`: one file for each entry point, named `.cjs`. */
  readonly format: 'esm' | 'cjs';
}

/** Folder of a bundle inside its package. `tsc` owns `dist`, so that neither removes the other's files. */
export const bundleFolder = 'bundle';

/** The commands of this repository. Paths are relative to its root. */
export const bundles: readonly Bundle[] = [
  {
    packageFolder: 'packages/cli',
    format: 'esm',
    entryPoints: {
      larder: 'packages/cli/src/main.ts',
      // Runs in a process of its own, which finds it beside the file that starts it.
      'read-nx-graph': 'plugins/nx/src/read-nx-graph.ts',
      'daemon-main': 'packages/daemon/src/daemon-main.ts',
    },
  },
  {
    packageFolder: 'packages/server',
    format: 'esm',
    entryPoints: { 'larder-server': 'packages/server/src/main.ts' },
  },
  {
    packageFolder: 'plugins/nx',
    format: 'cjs',
    entryPoints: {
      plugin: 'plugins/nx/src/plugin/plugin.ts',
      'init-generator': 'plugins/nx/src/generators/init-generator.ts',
      'daemon-main': 'packages/daemon/src/daemon-main.ts',
    },
  },
];

export function bundlePath(root: string, bundle: Bundle): string {
  return join(root, bundle.packageFolder, bundleFolder);
}

/** The file that an entry point becomes, inside the bundle's folder. */
export function bundledFile({ format }: Bundle, name: string): string {
  return `${name}.${format === 'cjs' ? 'cjs' : 'js'}`;
}
