import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { watchFolder } from '../watch/watch-folder.ts';

// Run as a process of its own, with the folder to watch and folders to make in it: prints how watching it ends.

const [root = '', ...added] = process.argv.slice(2);
const { promise, resolve } = Promise.withResolvers<string>();
const watcher = await watchFolder(root, {
  onBatch: (batch) => {
    if (batch.kind === 'lost') resolve(batch.why);
  },
});
if (watcher.kind === 'lost') {
  resolve(watcher.why);
} else {
  for (const name of added) mkdirSync(join(root, name));
  if (await watcher.barrier(10_000)) resolve(`watching ${watcher.countFolders()}`);
  watcher.close();
}
process.stdout.write(await promise);
