import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import { larderFileSchema } from '../packages/core/src/config/config-schema.ts';

// Writes the documents that are made from code; with --check, says which are out of date instead.

const root = dirname(import.meta.dirname);

const documents: Readonly<Record<string, () => string>> = { 'docs/larder.schema.json': describeConfiguration };

function describeConfiguration(): string {
  const schema = toJsonSchema(larderFileSchema, { target: 'draft-07' });
  return `${JSON.stringify({ ...schema, title: 'Configuration of Larder (larder.json)' }, null, 2)}\n`;
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

const outdated = Object.entries(documents)
  .map(([path, describe]) => ({ path, file: join(root, path), text: describe() }))
  .filter(({ file, text }) => readOrEmpty(file) !== text);

if (process.argv.includes('--check')) {
  for (const { path } of outdated) console.error(`${path} is out of date: run "npm run generate"`);
  process.exitCode = outdated.length > 0 ? 1 : 0;
} else {
  for (const { path, file, text } of outdated) {
    writeFileSync(file, text);
    console.log(`wrote ${path}`);
  }
}
