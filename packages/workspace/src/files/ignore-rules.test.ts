import { expect, test } from 'vitest';

import { createRandom } from '../testing/edit-at-random.ts';
import type { Random } from '../testing/edit-at-random.ts';
import { extendIgnoreRules, isIgnored, noIgnoreRules, withoutIgnored } from './ignore-rules.ts';
import { compileNameRules } from './name-rules.ts';

const names = ['a', 'a.ts', 'b.log', 'dist', 'src', '#x', '!y', 'a b', 'ä'];
const patterns = [
  'a',
  '*.ts',
  'dist',
  's?c',
  '[ab]*',
  '*',
  '#x',
  '\\#x',
  '\\!y',
  'a b',
  'a\\ b',
  'ä',
  '**',
  'b.*',
  'a ',
];

function pick<Value>(random: Random, values: readonly Value[]): Value {
  return values[random(values.length)]!;
}

function makeRule(random: Random): string {
  const parts = Array.from({ length: 1 + random(3) }, () => pick(random, patterns));
  const prefix = pick(random, ['', '', '!', '/', '!/', '**/', '/**/', '#']);
  return prefix + (random(2) === 0 ? parts[0]! : parts.join('/')) + pick(random, ['', '', '/', '/**', ' ']);
}

/** Folders from the top down that nobody ignores, as they are walked, each with the names in it. */
function* walk(rules: ReturnType<typeof extendIgnoreRules>, folder = ''): Generator<[string, readonly string[]]> {
  const held = names.flatMap((name) => [name, `${name}/`]);
  yield [folder, held];
  if (folder.split('/').length > 3) return;
  for (const name of held) {
    if (name.endsWith('/') && !isIgnored(rules, folder + name)) yield* walk(rules, folder + name);
  }
}

test('names alone decide as whole paths do, whatever the rules are', () => {
  const random = createRandom(7);
  const wrong: unknown[] = [];
  let decided = 0;
  for (let round = 0; round < 150; round += 1) {
    const make = (): string => Array.from({ length: 1 + random(4) }, () => makeRule(random)).join('\n');
    const outer = extendIgnoreRules(noIgnoreRules, '', { gitignore: make(), nxignore: null });
    const rules = extendIgnoreRules(outer, '', { gitignore: make(), nxignore: null });
    if (rules.names !== null) decided += 1;
    for (const [folder, held] of walk(rules)) {
      const expected = held.filter((name) => !isIgnored(rules, folder + name));
      const kept = withoutIgnored(rules, folder, held);
      if (String(kept) !== String(expected)) wrong.push({ text: rules.text, folder, kept, expected });
    }
  }
  expect(wrong).toEqual([]);
  expect(decided).toBeGreaterThan(20);
});

test.each(['node_modules\ndist/\n*.log\n!keep.log\n**/generated\n', '/dist\napps/web/out\n!apps/web/out/x\n'])(
  'of usual rules the names decide',
  (text) => {
    expect(compileNameRules(text)).not.toBeNull();
  },
);

test.each(['packages/*/dist\n', 'out/**\n', 'a/**/b\n', '/a\\b/c\n'])('of %j they do not', (text) => {
  expect(compileNameRules(text)).toBeNull();
});

test('rules that were rewritten for a folder below count as a whole', () => {
  const top = extendIgnoreRules(noIgnoreRules, '', { gitignore: 'dist', nxignore: null });
  expect(top.names).not.toBeNull();
  expect(extendIgnoreRules(top, 'a/', { gitignore: 'x', nxignore: null }).names).toBeNull();
  expect(extendIgnoreRules(top, '', { gitignore: null, nxignore: '!dist' }).names).toBeNull();
});

test('names and endings decide as all rules do', () => {
  const random = createRandom(11);
  const parts = ['a', 'dist', '.ts', 'a.ts', 'A', '-', 's'];
  const held = [...parts, 'xa', 'x.ts', '.a', 'as', 'ist'].flatMap((name) => [name, `${name}/`]);
  for (let round = 0; round < 200; round += 1) {
    const lines = Array.from({ length: 1 + random(4) }, () => pick(random, ['', '', '*', '#']) + pick(random, parts));
    const text = [...lines.map((line) => line + pick(random, ['', '', '/', ' '])), ''].join('\n');
    const rules = extendIgnoreRules(noIgnoreRules, '', { gitignore: text, nxignore: null });
    const expected = held.filter((name) => !isIgnored(rules, name));
    expect({ text, kept: withoutIgnored(rules, '', held) }).toEqual({ text, kept: expected });
  }
});
