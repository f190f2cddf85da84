import { mkdirSync, statSync, writeFileSync } from 'node:fs';

// Reads what other tasks produced, which is why its inputs name their output files.
const sizes = Object.fromEntries(
  ['shop', 'back-office'].map((name) => [name, statSync(`../../apps/${name}/dist/main.js`).size]),
);
mkdirSync('dist', { recursive: true });
writeFileSync('dist/report.json', `${JSON.stringify(sizes, null, 2)}\n`);
for (const [name, sizeBytes] of Object.entries(sizes)) console.log(`${name}: ${sizeBytes} bytes`);
