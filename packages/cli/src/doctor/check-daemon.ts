import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { askDaemon, findDaemonPlace, isAlive, makeFolder, readDaemonRecords, type DaemonRecord } from '@larder/daemon';
import { describeWatchLoss } from '../commands/describe-watch-loss.ts';
import type { Terminal } from '../terminal.ts';
import { version } from '../version.ts';
import { fail, ok, warn, type Check, type Finding } from './check.ts';

const answerMs = 2_000;

/** A daemon is started by whoever needs it: that none runs is as good as one that answers. */
export const checkDaemon: Check = {
  id: 'daemon',
  run: async ({ rootAbsolute, terminal }) => {
    const records = readDaemonRecords(rootAbsolute);
    const refusal = await tryFolder(rootAbsolute, terminal.env);
    if (refusal !== null) return [refusal];
    if (records.length === 0) return [ok('daemon', 'none runs; nx and turbo start one when they need it')];
    return await Promise.all(records.map(judgeDaemon));
  },
};

/** Each user has a folder here, in one that whoever came first has made. */
async function tryFolder(rootAbsolute: string, env: Terminal['env']): Promise<Finding | null> {
  const { folderAbsolute } = findDaemonPlace(rootAbsolute, { env, version });
  try {
    makeFolder(folderAbsolute);
    await access(folderAbsolute, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const detail = `none can start: ${folderAbsolute} cannot be written (${code})`;
    const remedy =
      code === 'EROFS'
        ? 'Mount the file system so that it can be written'
        : `Delete ${dirname(folderAbsolute)}, or give it to this user`;
    return fail('daemon', detail, `${remedy}; until then, nx and turbo run without it.`);
  }
}

async function judgeDaemon(record: DaemonRecord): Promise<Finding> {
  const status = await askDaemon(record, { action: 'status' }, answerMs);
  if (status === null && !isAlive(record.pid)) {
    return ok('daemon', `process ${record.pid} is gone and has left its record; the next run replaces it`);
  }
  if (status === null) {
    const advice = 'The next run starts another. If it is the daemon that hangs, end the process by its id.';
    return warn('daemon', `process ${record.pid} is there and does not answer on port ${record.port}`, advice);
  }
  if (status.version !== version) {
    const advice = 'It ends by itself when no run uses it; larder daemon stop ends it now.';
    return warn('daemon', `process ${status.pid} is of version ${status.version}, this larder of ${version}`, advice);
  }
  const [trouble] = status.tallies.troubles;
  if (trouble !== undefined) {
    return warn('daemon', `process ${status.pid} had trouble with its cache`, 'See larder daemon status.');
  }
  const { changes } = status;
  if (changes?.state === 'lost' && changes.loss !== null && changes.loss.why !== 'unsupported') {
    const advice = 'Runs read all files instead, which takes longer and gives the same answers.';
    return warn('daemon', `process ${status.pid} does not watch: ${describeWatchLoss(changes.loss)}`, advice);
  }
  return ok('daemon', `process ${status.pid}, version ${status.version}, ${status.runs.length} runs under way`);
}
