import { join } from 'node:path';

/** One set of bundled files, made together: its entry points by the name of the file, and the folder that holds it. */
export interface Bundle {
  readonly packageFolder: string;
  readonly entryPoints: Readonly<Record<string, string>>;
  /**
   * CommonJS where something loads it by `require`, and where the start has to be quick: one file for each entry
   * point, named `.cjs`. An ES module spends milliseconds on each of Node's own modules that it imports by name.
   */
  readonly format: 'esm' | 'cjs';
  /** What the files of this bundle leave to other files beside them, by what it is when it is imported lazily. */
  readonly parts?: readonly Part[];
}

/** A file of its own in the same folder, loaded when it is first needed. */
export interface Part {
  /** A source file relative to the root, or the name of a library. */
  readonly source: string;
  /** Of the file: `.cjs` is required, `.js` is imported. */
  readonly file: string;
  /** Whether a run in which nothing changed may load it: then it must be light. */
  readonly isLight: boolean;
  /** Loaded with the code that V8 made of it before: where it is large, and most runs load it. */
  readonly keepsCode?: true;
}

/** Folder of a bundle inside its package. `tsc` owns `dist`, so that neither removes the other's files. */
export const bundleFolder = 'bundle';

const lightParts = {
  recall: 'packages/cli/src/recall/recall-run.ts',
  retell: 'packages/cli/src/recall/retell-run.ts',
  'ask-commands': 'packages/cli/src/recall/ask-commands.ts',
} as const;
/** Most runs load one of these, and no process loads both. */
const commandParts = {
  run: 'packages/cli/src/run-tasks-line.ts',
  commands: 'packages/cli/src/run-command-line.ts',
} as const;
/** Loads the parts whose code is kept. */
const keptCode = { 'kept-code': 'packages/cli/src/kept-code/load-kept.ts' } as const;
const batchParts = { 'batch-tasks': 'packages/cli/src/nx-batch/run-batch-tasks.ts' } as const;

/** What a run needs now and then. */
const runParts = {
  telemetry: 'packages/report/src/telemetry/export-telemetry.ts',
  undici: 'undici',
  yaml: 'yaml',
  'fast-glob': 'fast-glob',
  'tar-header': 'tar/header',
  'tar-pax': 'tar/pax',
} as const;

const heavyParts = {
  server: 'packages/server/src/index.ts',
  ...runParts,
} as const;

function heavyPartsOf(sources: Readonly<Record<string, string>>): readonly Part[] {
  return Object.entries(sources).map(([name, source]) => ({ source, file: `./${name}.cjs`, isLight: false }));
}

/** The commands of this repository. Paths are relative to its root. */
export const bundles: readonly Bundle[] = [
  {
    packageFolder: 'packages/cli',
    format: 'cjs',
    entryPoints: { larder: 'packages/cli/src/main.ts', ...lightParts, ...keptCode, ...commandParts, ...heavyParts },
    parts: [
      ...Object.entries(lightParts).map(([name, source]) => ({ source, file: `./${name}.cjs`, isLight: true })),
      ...Object.entries(commandParts).map(([name, source]) => ({
        source,
        file: `./${name}.cjs`,
        isLight: true,
        keepsCode: true as const,
      })),
      ...heavyPartsOf(heavyParts),
      { source: 'packages/tui/src/index.ts', file: './tui.js', isLight: false },
    ],
  },
  {
    packageFolder: 'packages/cli',
    format: 'esm',
    entryPoints: {
      // Ink waits at its top level for its layout engine, which only an ES module can.
      tui: 'packages/tui/src/index.ts',
      // These run in processes of their own, which find them beside the file that starts them.
      'read-nx-graph': 'plugins/nx/src/read-nx-graph.ts',
      'daemon-main': 'packages/daemon/src/daemon-main.ts',
    },
    // Made by the bundle above, into the same folder.
    parts: heavyPartsOf(runParts),
  },
  {
    packageFolder: 'packages/server',
    format: 'esm',
    entryPoints: {
      'larder-server': 'packages/server/src/main.ts',
      // Imported by it on a Node that can.
      'run-process': 'packages/server/src/run-process.ts',
    },
  },
  {
    packageFolder: 'plugins/nx',
    format: 'cjs',
    entryPoints: {
      plugin: 'plugins/nx/src/plugin/plugin.ts',
      'init-generator': 'plugins/nx/src/generators/init-generator.ts',
      'adopt-generator': 'plugins/nx/src/generators/adopt/adopt-generator.ts',
      'executor-host': 'plugins/nx/src/executor-host/executor-host.ts',
      'run-original': 'plugins/nx/src/executors/run-original.ts',
      // The command line's composition with another way in: the plugin's own sources know nothing of it.
      'run-batch': 'packages/cli/src/nx-batch/run-batch.ts',
      ...keptCode,
      ...batchParts,
      'daemon-main': 'packages/daemon/src/daemon-main.ts',
      ...runParts,
    },
    parts: [
      ...Object.entries(batchParts).map(([name, source]) => ({
        source,
        file: `./${name}.cjs`,
        isLight: true,
        keepsCode: true as const,
      })),
      ...heavyPartsOf(runParts),
    ],
  },
];

export function bundlePath(root: string, bundle: Bundle): string {
  return join(root, bundle.packageFolder, bundleFolder);
}

/** The file that an entry point becomes, inside the bundle's folder. */
export function bundledFile({ format }: Bundle, name: string): string {
  return `${name}.${format === 'cjs' ? 'cjs' : 'js'}`;
}
