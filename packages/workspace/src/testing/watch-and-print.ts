import { execFileSync } from 'node:child_process';
import { watchFolder } from '../watch/watch-folder.ts';

// Run as a process of its own, with the folder to watch and commands to run in it: prints how watching it ends.

const [root = '', ...commands] = process.argv.slice(2);
const { promise, resolve } = Promise.withResolvers<string>();
const watcher = await watchFolder(root, {
  onBatch: (batch) => {
    if (batch.kind === 'lost') resolve(batch.why);
  },
});
if (watcher.kind === 'lost') {
  resolve(watcher.why);
} else {
  for (const command of commands) execFileSync('sh', ['-c', command], { cwd: root });
  if (await watcher.barrier(10_000)) resolve(`watching ${watcher.countFolders()}`);
  await watcher.close();
}
process.stdout.write(await promise);
