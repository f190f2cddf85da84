'use strict';
// The least that anyone does who proves that nothing changed: one listing of each folder and one stat of each
// file, inputs and outputs alike, in one thread. Prints how many files there are.

const fs = require('fs');

let files = 0;
const folders = [process.cwd()];
for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === '.git' || entry.name === 'node_modules') continue;
    if (entry.isDirectory()) folders.push(`${folder}/${entry.name}`);
    else files += fs.lstatSync(`${folder}/${entry.name}`, { bigint: true }).mtimeNs > 0n ? 1 : 0;
  }
}
process.stdout.write(`${files} files\n`);
