import { describeCommands } from '../packages/cli/src/argv/describe-commands.ts';
import { fileOf, renderCommandIndex, renderCommandPage } from '../packages/cli/src/argv/render-command-page.ts';

const commands = describeCommands();

/** A page for each command, by its path, and one that lists them. */
export const commandPages: Readonly<Record<string, () => string>> = {
  'docs/commands/README.md': () => renderCommandIndex(commands),
  ...Object.fromEntries(
    commands.map((command) => [`docs/commands/${fileOf(command)}`, () => renderCommandPage(command, commands)]),
  ),
};
