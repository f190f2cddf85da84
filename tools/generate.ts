import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildConfigSchema } from '../packages/core/scripts/build-config-schema.mjs';
import { buildDoctorSchema } from '../packages/cli/src/doctor/doctor-report.ts';
import { commandPages } from './command-pages.ts';
import { serverSchemas } from './server-schemas.ts';

// Writes the documents that are made from code; with --check, says which are out of date instead.

const root = dirname(import.meta.dirname);

const documents: Readonly<Record<string, () => object | string>> = {
  'docs/larder.schema.json': buildConfigSchema,
  'docs/doctor.schema.json': buildDoctorSchema,
  ...serverSchemas,
  ...commandPages,
};

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function toText(document: object | string): string {
  return typeof document === 'string' ? document : `${JSON.stringify(document, null, 2)}\n`;
}

const outdated = Object.entries(documents)
  .map(([path, describe]) => ({ path, file: join(root, path), text: toText(describe()) }))
  .filter(({ file, text }) => readOrEmpty(file) !== text);

if (process.argv.includes('--check')) {
  for (const { path } of outdated) console.error(`${path} is out of date: run "npm run generate"`);
  process.exitCode = outdated.length > 0 ? 1 : 0;
} else {
  for (const { path, file, text } of outdated) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${path}`);
  }
}
