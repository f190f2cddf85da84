import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { describeCommands } from '../packages/cli/src/argv/describe-commands.ts';
import { parseArgv } from '../packages/cli/src/argv/parse-argv.ts';
import { buildProgram } from '../packages/server/src/command-line/build-program.ts';

const root = dirname(import.meta.dirname);
const pages = ['README.md', ...globSync('docs/*.md', { cwd: root })].map((file) => ({
  file,
  text: readFileSync(join(root, file), 'utf8'),
}));

/** Lines of fenced blocks, and what stands between backticks. */
function listCode(text: string): readonly string[] {
  const [prose, fenced] = [[], []] as [string[], string[]];
  for (const [index, part] of text.split(/^```.*$/m).entries()) (index % 2 === 0 ? prose : fenced).push(part);
  const spans = prose.flatMap((part) => [...part.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));
  return [...fenced.flatMap((part) => part.split('\n')), ...spans];
}

/** Words of a command as it is written down; what says "or", "perhaps" or "something" is left out. */
function readCommand(code: string): readonly string[] | null {
  const [, line] = /^(?:[A-Z_]+=\S+ )*(?:npx )?larder ([a-z].*)$/.exec(code.trim()) ?? [];
  const command = line?.split(/ {2,}| # /)[0] ?? '…';
  return /[|[…<]/.test(command) ? null : command.trim().split(' ');
}

const commands = pages.flatMap(({ file, text }) =>
  listCode(text).flatMap((code) => {
    const words = readCommand(code);
    return words === null ? [] : [{ file, words }];
  }),
);

test('every command that the documentation shows is one that Larder understands', () => {
  const names = new Set(describeCommands().map(({ path }) => path.join(' ')));
  const refused = commands.flatMap(({ file, words }) => {
    // A command that is only named need not have what it requires.
    if (names.has(words.join(' '))) return [];
    const parsed = parseArgv(words, { version: '1.0.0', columns: 100 });
    return parsed.kind === 'usage' ? [`${file}: larder ${words.join(' ')}: ${parsed.message}`] : [];
  });
  expect(refused).toEqual([]);
  expect(commands.length).toBeGreaterThan(50);
});

test('every command stands in the documentation beside its own page', () => {
  const texts = pages.map(({ text }) => text).join('\n');
  const missing = describeCommands()
    .map(({ path }) => path.join(' '))
    .filter((name) => !new RegExp(`\\b${name.replace(' ', '\\b.*\\b')}\\b`).test(texts));
  expect(missing).toEqual([]);
});

test('every flag of the server stands in the documentation', () => {
  const texts = pages.map(({ text }) => text).join('\n');
  const program = buildProgram({ version: '1.0.0', write: () => {}, columns: 100 } as never);
  const flags = [program, ...program.commands].flatMap(({ options }) => options.map(({ long }) => long ?? ''));
  expect(flags.filter((flag) => !texts.includes(flag))).toEqual([]);
});
