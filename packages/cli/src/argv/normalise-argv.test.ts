import { expect, test } from 'vitest';
import { normaliseArgv } from './normalise-argv.ts';

test('flags may be written as Nx writes them', () => {
  expect(normaliseArgv(['affected', '-t=build', '--skipNxCache', '--outputStyle=stream'])).toEqual([
    'affected',
    '-t',
    'build',
    '--skip-nx-cache',
    '--output-style=stream',
  ]);
});

test('a flag with an optional value never swallows the next word', () => {
  expect(normaliseArgv(['run', '--dry-run', 'web:build'])).toEqual(['run', '--dry-run=text', 'web:build']);
  expect(normaliseArgv(['run', '--dry-run=json', 'web:build'])).toEqual(['run', '--dry-run=json', 'web:build']);
});

test('a value that the flag knows belongs to it', () => {
  expect(normaliseArgv(['affected', '--continue', 'never', '--dry-run', 'json'])).toEqual([
    'affected',
    '--continue=never',
    '--dry-run=json',
  ]);
});

test('words after -- are left alone', () => {
  expect(normaliseArgv(['run', 'a:b', '--', '--dryRun', '-t=x'])).toEqual(['run', 'a:b', '--', '--dryRun', '-t=x']);
});

test('a flag never takes the next flag for its file', () => {
  expect(normaliseArgv(['run', 'a:b', '--record', '--profile=trace.json', '--graph', '--x=y.json'])).toEqual([
    'run',
    'a:b',
    '--record=larder.run.json',
    '--profile=trace.json',
    '--graph=-',
    '--x=y.json',
  ]);
});
