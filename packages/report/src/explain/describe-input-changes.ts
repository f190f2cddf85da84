import type { InputChange, PackageChange } from '@larder/core';
import { cleanTerminalText } from '../text/clean-terminal-text.ts';

/** What changed between two hashes of a task, as far as it was kept. */
export interface InputChanges {
  readonly changes: readonly InputChange[];
  readonly packages: readonly PackageChange[];
}

const namedFiles = 3;
const maxLineLength = 200;

/** The reason of a miss, one line: files first, then packages, variables and configuration, other tasks last. */
export function describeInputChanges(changed: InputChanges): string {
  const lines = listInputChanges(changed);
  const files = changed.changes.filter((change) => change.kind === 'file').map((change) => change.path);
  const named = `${files.slice(0, namedFiles).join(', ')}${files.length > namedFiles ? ', …' : ''}`;
  const others = lines.slice(files.length);
  const own = others.filter((line) => !line.startsWith('dependency '));
  const parts = [
    ...(files.length === 0 ? [] : [`${files.length === 1 ? '1 file' : `${files.length} files`} changed: ${named}`]),
    // That a dependency has another hash mostly follows from the same files.
    ...(files.length + own.length === 0 ? others : own),
  ];
  const line = cleanTerminalText(parts.join('; '), false).replaceAll('\n', ' ');
  return line.length <= maxLineLength ? line : `${line.slice(0, maxLineLength - 1)}…`;
}

/** Every change on a line of its own, files first. */
export function listInputChanges({ changes, packages }: InputChanges): readonly string[] {
  const values = changes.filter((change) => change.kind === 'value');
  const isPackages = (change: (typeof values)[number]): boolean => change.of === 'external';
  // Which package it was says more than that one did.
  const told = packages.length === 0 ? values : values.filter((change) => !isPackages(change));
  return [
    ...changes.flatMap((change) => (change.kind === 'file' ? [`file ${change.path} ${change.change}`] : [])),
    ...packages.map(describePackageChange),
    ...told.map(describeValue),
  ];
}

/** `lockfile package ms 2.1.2 -> 2.1.3`. */
function describePackageChange({ name, before, after }: PackageChange): string {
  if (before === null) return `lockfile package ${name} ${after ?? ''} added`;
  if (after === null) return `lockfile package ${name} ${before} removed`;
  return `lockfile package ${name} ${before === after ? `${before} has other contents` : `${before} -> ${after}`}`;
}

function describeValue({ of, name, change }: Extract<InputChange, { kind: 'value' }>): string {
  switch (of) {
    case 'env':
      return `variable ${name} changed`;
    case 'task':
      return `dependency ${name} ${change === 'modified' ? 'has another hash' : change}`;
    case 'options':
      return `option ${name} ${change}`;
    case 'executor':
      return `${name} of the target ${change}`;
    case 'external':
      return `external packages changed (${name})`;
    case 'output-files':
      return `outputs of a dependency changed (${name})`;
    case 'files':
    case 'json':
    case 'runtime':
    case 'plugin':
      return `input ${name} ${change}`;
    case 'args':
      return 'arguments after -- changed';
    case 'outputs':
      return `declared output ${name} ${change}`;
    case 'platform':
    case 'working-directory':
      return `${of} (${name}) ${change}`;
    case 'hash-version':
      return 'another version of Larder hashes otherwise';
  }
}
