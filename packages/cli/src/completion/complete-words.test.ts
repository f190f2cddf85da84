import { describe, expect, test } from 'vitest';
import { describeCommands } from '../argv/describe-commands.ts';
import { completeWords } from './complete-words.ts';

const commands = describeCommands();

/** `|` ends the words: `stats |` is after a space. */
function values(line: string): readonly string[] {
  const { candidates, names } = completeWords(line.replace(/\|$/, '').split(' '), commands);
  return [...candidates.map(({ value }) => value), ...names.map((kind) => `(${kind})`)];
}

describe('completing', () => {
  test('offers commands first, and tasks once it is clear that one is meant', () => {
    expect(values('|')).toEqual(expect.arrayContaining(['run-many', 'stats', 'completion']));
    expect(values('|')).not.toContain('complete');
    expect(values('web:|')).toContain('(tasks)');
  });

  test('offers subcommands, and the arguments of commands', () => {
    expect(values('stats |')).toEqual(['compare', 'check']);
    expect(values('run |')).toEqual(['(tasks)']);
    expect(values('show project |')).toEqual(['(projects)']);
    expect(values('analyze |')).toEqual(['last', 'previous', '(runs)']);
    expect(values('completion |')).toEqual(['bash', 'zsh', 'fish']);
    expect(values('reset |')).toEqual([]);
  });

  test('offers the options of the command that was named, also of a task alone', () => {
    expect(values('stats check --|')).toEqual(['--all', '--json']);
    expect(values('web:build --|')).toContain('--output-style');
    expect(values('-|')).toEqual(['--help', '--version']);
  });

  test('offers values of options, again and again where there may be many', () => {
    expect(values('run-many -t |')).toEqual(['(targets)']);
    expect(values('run-many -t build te|')).toEqual(['(targets)']);
    expect(values('run-many -t build -p |')).toEqual(['(projects)']);
    expect(values('run-many -t build --output-style |')).toContain('static-failures');
    expect(values('run a:b --verbose |')).toEqual(['(tasks)']);
  });

  test('leaves alone what is forwarded, and what it does not know', () => {
    expect(values('run a:b -- |')).toEqual([]);
    expect(values('nonsense |')).toEqual([]);
  });
});
