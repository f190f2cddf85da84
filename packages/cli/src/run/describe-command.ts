import type { Command } from '../argv/command.ts';

/** The command as it is shown in headers and records; forwarded words last. */
export function describeCommand(
  command: Extract<Command, { kind: 'run' | 'run-many' | 'affected' | 'watch' }>,
): string {
  const forwarded = command.run.args.length === 0 ? '' : ` -- ${command.run.args.join(' ')}`;
  switch (command.kind) {
    case 'run':
      return `larder run ${command.tasks.join(' ')}${forwarded}`;
    case 'run-many':
      return `larder run-many -t ${command.run.targets.join(' ')}${forwarded}`;
    case 'watch':
      return `larder watch -t ${command.run.targets.join(' ')}${forwarded}`;
    case 'affected':
      return `larder affected -t ${command.run.targets.join(' ')}${forwarded}`;
  }
}
