import { describeOldNode } from '@larder/core';

const oldNode = describeOldNode(process.versions.node);
if (oldNode === null) {
  // An old Node may not even link what the server imports.
  const { runProcess } = await import('./run-process.ts');
  await runProcess();
} else {
  process.stderr.write(`larder-server: ${oldNode}\n`);
  process.exitCode = 2;
}
