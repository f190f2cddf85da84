import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './run-larder.ts';

/** The folder of packages that test workspaces link to: tools/nx-matrix.mjs names that of another major. */
export const nodeModulesWithNx = process.env['NX_UNDER_TEST'] ?? join(repositoryRoot, 'node_modules');

/** Of that nx. */
export function readNxMajor(): number {
  const manifest = readFileSync(join(nodeModulesWithNx, 'nx/package.json'), 'utf8');
  return Number.parseInt((JSON.parse(manifest) as { readonly version: string }).version, 10);
}
