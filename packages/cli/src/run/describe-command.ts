import type { Command } from '../argv/command.ts';

/** The command as it is shown in headers and records, without the program; forwarded words last. */
export function describeCommand(command: Extract<Command, { kind: 'run' | 'run-many' | 'affected' }>): string {
  const forwarded = command.run.args.length === 0 ? '' : ` -- ${command.run.args.join(' ')}`;
  switch (command.kind) {
    case 'run':
      return `run ${command.tasks.join(' ')}${forwarded}`;
    case 'run-many':
      return `run-many -t ${command.run.targets.join(' ')}${forwarded}`;
    case 'affected':
      return `affected -t ${command.run.targets.join(' ')}${forwarded}`;
  }
}
