import type { ChangesStatus } from '@larder/daemon';
import { cleanTerminalText } from '@larder/report';

/** Why the daemon lost sight of the files, for people; what they can do about it comes last. */
export function describeWatchLoss({ why, detail }: NonNullable<ChangesStatus['loss']>): string {
  const said = cleanTerminalText(detail, false);
  switch (why) {
    case 'overflow':
      return 'more files changed at once than the system queues';
    case 'watch-limit':
      return `${said}. Raise fs.inotify.max_user_watches (or max_user_instances), or set "daemon": "off"`;
    case 'moved':
      return 'the workspace was moved';
    case 'file-system':
      return `changes by others go unnoticed on this file system (${said})`;
    case 'unsupported':
    case 'failed':
      return said;
  }
}
