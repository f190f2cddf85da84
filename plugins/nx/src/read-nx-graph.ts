/**
 * Runs in a process of its own: `node read-nx-graph.js <workspace root> <output file>`. Loads the
 * workspace's `nx`, which costs up to a second and prints as it likes, and writes its project graph to
 * the output file as JSON. Ends with 1 and the reason on standard error where Nx cannot make one.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface NxProjectGraphModule {
  createProjectGraphAsync(options: { exitOnError: boolean; resetDaemonClient: boolean }): Promise<{
    readonly nodes: unknown;
    readonly dependencies: unknown;
  }>;
}

async function main(rootAbsolute: string, outputFile: string): Promise<void> {
  const require = createRequire(join(rootAbsolute, 'package.json'));
  const nx = require('nx/src/project-graph/project-graph') as NxProjectGraphModule;
  const graph = await nx.createProjectGraphAsync({ exitOnError: false, resetDaemonClient: true });
  writeFileSync(outputFile, JSON.stringify({ nodes: graph.nodes, dependencies: graph.dependencies }));
}

const [rootAbsolute, outputFile] = process.argv.slice(2);
main(rootAbsolute ?? '', outputFile ?? '').then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${describe(error)}\n`);
    process.exit(1);
  },
);

/** Nx throws an error that holds several; each says more than the sum. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = (error as { getErrors?: () => readonly Error[] }).getErrors?.() ?? [];
  return [error.message, ...inner.map((each) => each.message)].join('\n');
}
