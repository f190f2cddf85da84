import type { CommandDescription } from './describe-commands.ts';

/** The page of a command, in Markdown; `all` are the commands that may have subcommands of it. */
export function renderCommandPage(command: CommandDescription, all: readonly CommandDescription[]): string {
  const name = `larder ${command.path.join(' ')}`;
  const isBelow = ({ path }: CommandDescription): boolean =>
    path.length === command.path.length + 1 && command.path.every((word, index) => path[index] === word);
  const parts = [
    `# \`${name}\``,
    `${capitalise(command.description)}.`,
    `\`\`\`sh\n${command.usage}\n\`\`\``,
    renderTable(
      'argument',
      command.arguments.map(({ name: argument, description, required, variadic }) => [
        `\`${required ? `<${argument}${variadic ? '...' : ''}>` : `[${argument}]`}\``,
        description,
      ]),
    ),
    renderTable(
      'option',
      command.options.map((option) => [`\`${option.flags}\``, describeOption(option)]),
    ),
    renderTable(
      'subcommand',
      all.filter(isBelow).map((each) => [`[${each.path.join(' ')}](${fileOf(each)})`, each.description]),
    ),
    command.notes === '' ? '' : `\`\`\`text\n${command.notes}\n\`\`\``,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

export function renderCommandIndex(all: readonly CommandDescription[]): string {
  const rows = all.map((command) => [
    `[\`larder ${command.path.join(' ')}\`](${fileOf(command)})`,
    command.description,
  ]);
  const note = 'These pages are made from the definitions of the commands by `npm run generate`.';
  return `# Commands\n\n${note}\n\n${renderTable('command', rows)}\n`;
}

/** In `docs/commands`. */
export function fileOf({ path }: CommandDescription): string {
  return `${path.join('-')}.md`;
}

function describeOption({ description, required, defaultValue }: CommandDescription['options'][number]): string {
  const facts = [required ? 'required' : '', defaultValue === null ? '' : `default: \`${defaultValue}\``];
  const shown = facts.filter((fact) => fact !== '').join(', ');
  return shown === '' ? description : `${description} (${shown})`;
}

function renderTable(title: string, rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const lines = rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
  return [`| ${title} | |`, '| --- | --- |', ...lines].join('\n');
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
