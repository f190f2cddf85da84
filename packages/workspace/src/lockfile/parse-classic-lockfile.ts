import type { ExternalPackage, Problem, WorkspacePath } from '@larder/core';

import { DescriptorIndex } from './descriptor-index.ts';
import { sortKeys } from './parsed-lockfile.ts';
import type { LockfileResult, LockfileText } from './parsed-lockfile.ts';

/**
 * yarn.lock of yarn 1: blocks headed by the ranges that a package satisfies, indented by two. It knows no
 * importers: what a project asks for stands in its manifest. https://classic.yarnpkg.com/lang/en/docs/yarn-lock/
 */
export function parseClassicLockfile({ path, text, importers }: LockfileText): LockfileResult {
  const { blocks, problems } = parseBlocks(path, text);
  if (problems.length > 0) return { kind: 'malformed', problems };
  const index = new DescriptorIndex();
  for (const block of blocks) {
    const name = nameOf(block);
    for (const descriptor of block.descriptors) index.add(descriptor, { key: keyOf(block), name });
  }
  const packages = new Map<string, ExternalPackage>();
  for (const block of blocks) {
    const used = block.dependencies.flatMap(([name, range]) => index.find(name, range) ?? []);
    const integrity = block.fields.get('integrity') ?? block.fields.get('resolved') ?? '';
    const version = block.fields.get('version') ?? '';
    packages.set(keyOf(block), {
      key: keyOf(block),
      name: nameOf(block),
      version,
      integrity,
      dependencies: sortKeys(used),
    });
  }
  const resolutions = new Map<WorkspacePath, ReadonlyMap<string, string>>();
  for (const [root, dependencies] of importers) {
    const found = new Map<string, string>();
    for (const { packageName, specifier } of dependencies) {
      const key = index.find(packageName, specifier);
      if (key !== null) found.set(packageName, key);
    }
    resolutions.set(root, found);
  }
  return { kind: 'parsed', lockfile: { packages, resolutions, patches: new Map(), isComplete: index.isComplete } };
}

interface Block {
  readonly descriptors: readonly string[];
  readonly fields: Map<string, string>;
  readonly dependencies: (readonly [string, string])[];
}

interface Blocks {
  readonly blocks: readonly Block[];
  readonly problems: readonly Problem[];
}

function parseBlocks(file: WorkspacePath, text: string): Blocks {
  const blocks: Block[] = [];
  let section = '';
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const indent = line.length - line.trimStart().length;
    const tokens = parseTokens(line.trim());
    const block = blocks.at(-1);
    if (indent === 0 && line.endsWith(':') && tokens.length > 0) {
      blocks.push({ descriptors: tokens, fields: new Map(), dependencies: [] });
      section = '';
    } else if (indent === 2 && block !== undefined && tokens.length === 1 && line.endsWith(':')) {
      section = tokens[0] ?? '';
    } else if (indent === 2 && block !== undefined && tokens.length === 2) {
      block.fields.set(tokens[0] ?? '', tokens[1] ?? '');
    } else if (indent === 4 && block !== undefined && tokens.length === 2) {
      if (section.endsWith('ependencies')) block.dependencies.push([tokens[0] ?? '', tokens[1] ?? '']);
    } else {
      return { blocks: [], problems: [syntaxProblem(file, index + 1, line)] };
    }
  }
  return { blocks, problems: [] };
}

/** Words, quoted or not, between spaces, commas and the colon at the end. */
function parseTokens(line: string): readonly string[] {
  const matches = line.match(/"(?:[^"\\]|\\.)*"|[^\s,"]+/g) ?? [];
  const isHeading = line.endsWith(':');
  return matches.flatMap((token, index) => {
    if (token.startsWith('"')) return [token.slice(1, -1).replace(/\\(.)/g, '$1')];
    const bare = isHeading && index === matches.length - 1 ? token.replace(/:$/, '') : token;
    return bare === '' ? [] : [bare];
  });
}

function nameOf(block: Block): string {
  const descriptor = block.descriptors[0] ?? '';
  const range = descriptor.slice(descriptor.indexOf('@', 1) + 1);
  // `alias@npm:real@^1.0.0`
  const named = range.startsWith('npm:') ? range.slice('npm:'.length) : descriptor;
  const at = named.indexOf('@', 1);
  return at === -1 ? named : named.slice(0, at);
}

/** Versions from git or a file may repeat a number: the place they came from tells them apart. */
function keyOf(block: Block): string {
  const key = `${nameOf(block)}@${block.fields.get('version') ?? ''}`;
  const resolved = block.fields.get('resolved') ?? '';
  return block.fields.has('integrity') || resolved === '' ? key : `${key} (${resolved})`;
}

function syntaxProblem(file: WorkspacePath, line: number, text: string): Problem {
  const location = { file, line, column: 1, length: Math.max(1, text.length) };
  return { code: 'invalid-syntax', severity: 'error', file, detail: 'not a line of a yarn 1 lockfile', location };
}
