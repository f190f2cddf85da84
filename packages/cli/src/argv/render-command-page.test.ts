import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeCommands } from './describe-commands.ts';
import { fileOf, renderCommandIndex, renderCommandPage } from './render-command-page.ts';

const folder = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'commands');
const commands = describeCommands();

test('there is a page for each command, made from its definition by "npm run generate", and no other', () => {
  const pages = Object.fromEntries(commands.map((command) => [fileOf(command), renderCommandPage(command, commands)]));
  const expected = { 'README.md': renderCommandIndex(commands), ...pages };
  const found = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
  expect(Object.fromEntries(found)).toEqual(expected);
});

test('every command, option and argument says what it is', () => {
  const silent = commands.flatMap(({ path, description, options, arguments: all }) => [
    ...(description === '' ? [path.join(' ')] : []),
    ...options.filter((option) => option.description === '').map(({ flags }) => `${path.join(' ')} ${flags}`),
    ...all.filter((argument) => argument.description === '').map((argument) => `${path.join(' ')} ${argument.name}`),
  ]);
  expect(silent).toEqual([]);
});

test('a table is not broken by what stands in it', () => {
  const [command] = describeCommands();
  const page = renderCommandPage(
    { ...command!, arguments: [{ name: 'a', description: 'x|y', required: true, variadic: true }] },
    [],
  );
  expect(page).toContain('| `<a...>` | x\\|y |');
});
