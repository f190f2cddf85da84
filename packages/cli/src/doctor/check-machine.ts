import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, readFile, rm, stat, statfs, symlink, writeFile } from 'node:fs/promises';
import { getCompileCacheDir } from 'node:module';
import { join } from 'node:path';
import { ignoreStateFolder } from '@larder/nx';
import { formatBytes } from '@larder/report';
import { listFiles } from '@larder/workspace';
import { fail, ok, warn, type Check, type Finding } from './check.ts';
import { runProgram } from './run-program.ts';

/** Whether Larder's folder can be written, belongs to this user, and stays out of git. */
export const checkState: Check = {
  id: 'state',
  run: async ({ rootAbsolute, terminal }, signal) => {
    const folder = join(rootAbsolute, '.larder');
    const probe = join(folder, 'state', `doctor-${randomUUID()}`);
    try {
      await mkdir(join(folder, 'state'), { recursive: true });
      ignoreStateFolder(rootAbsolute, terminal.env);
      await writeFile(probe, '');
    } catch (error) {
      const advice = 'Give this user the folder, or delete it: Larder makes it anew.';
      return [fail('state', `${folder} cannot be written (${(error as NodeJS.ErrnoException).code})`, advice)];
    } finally {
      await rm(probe, { force: true }).catch(() => {});
    }
    const { uid } = await stat(folder);
    if (process.getuid !== undefined && uid !== process.getuid()) {
      const advice = `Run chown -R on ${folder}, and run tasks as one user.`;
      return [warn('state', `${folder} belongs to user ${uid}, and this is user ${process.getuid()}`, advice)];
    }
    const options = { cwd: rootAbsolute, env: terminal.env, signal };
    const tracked = await runProgram(['git', 'ls-files', '--', '.larder'], options);
    if (tracked.kind === 'ended' && tracked.exitCode === 0 && tracked.stdout !== '') {
      return [warn('state', 'files of .larder are in git', 'Run git rm -r --cached .larder and commit that.')];
    }
    return [ok('state', folder)];
  },
};

const littleBytes = 1024 ** 3;
const tooLittleBytes = 100 * 1024 ** 2;

export const checkDisk: Check = {
  id: 'disk',
  run: async ({ rootAbsolute }) => {
    const { bavail, bsize } = await statfs(rootAbsolute);
    const freeBytes = bavail * bsize;
    const detail = `${formatBytes(freeBytes)} free`;
    const advice = 'Make room, for instance with larder cache clean --max-size 5GB, or set "cache.maxSize".';
    if (freeBytes < tooLittleBytes) return [fail('disk', detail, advice)];
    return [freeBytes < littleBytes ? warn('disk', detail, advice) : ok('disk', detail)];
  },
};

/** By `man 2 statfs`: what is on the other side of a network, where notices of changes and times are not to be relied on. */
const networkTypes: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0x01021997, '9p'],
  [0x65735546, 'FUSE'],
]);

/** What the file system does not do that others do. */
export const checkFileSystem: Check = {
  id: 'file-system',
  run: async ({ rootAbsolute }) => {
    const folder = join(rootAbsolute, '.larder', 'state');
    const name = `Doctor-${randomUUID()}`;
    const [file, link] = [join(folder, name), join(folder, `${name}-link`)];
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(file, '');
      const ignoresCase = await exists(join(folder, name.toLowerCase()));
      const hasLinks = await symlink(name, link).then(
        () => true,
        () => false,
      );
      const { type } = await statfs(rootAbsolute);
      return [judgeFileSystem({ ignoresCase, hasLinks, network: networkTypes.get(type) ?? null })];
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return [warn('file-system', `it could not be tried (${code})`, 'See what is said of the state folder.')];
    } finally {
      await Promise.all([rm(file, { force: true }), rm(link, { force: true })]).catch(() => {});
    }
  },
};

function judgeFileSystem(facts: {
  readonly ignoresCase: boolean;
  readonly hasLinks: boolean;
  readonly network: string | null;
}): Finding {
  const { ignoresCase, hasLinks, network } = facts;
  const id = 'file-system';
  if (network !== null) {
    return warn(
      id,
      `the workspace is on ${network}`,
      'Put it on a local disk: changes may go unnoticed, and all is slower.',
    );
  }
  if (!hasLinks) {
    return warn(
      id,
      'symbolic links cannot be made',
      'Switch on the developer mode of Windows, or run with the right to make them.',
    );
  }
  if (!ignoresCase) return ok(id, 'tells a from A, makes links');
  return ok(id, 'takes a and A for the same, as systems of other people may not');
}

const watchFolder = '/proc/sys/fs/inotify';
const usualInstances = 128;

/** Linux alone counts watches, one for each folder. */
export const checkWatchLimits: Check = {
  id: 'watch-limits',
  run: async ({ rootAbsolute }) => {
    if (process.platform !== 'linux') return [];
    const read = async (name: string) => Number(await readFile(join(watchFolder, name), 'utf8'));
    const [watches, instances] = await Promise.all([read('max_user_watches'), read('max_user_instances')]);
    const folders = listFiles(rootAbsolute, () => {}).listed.tree.folders.length;
    const detail = `${folders} folders of at most ${watches} that this user may watch, ${instances} watchers`;
    const raise = (name: string, value: number) =>
      `Run sysctl -w fs.inotify.${name}=${value}, and put it into /etc/sysctl.d.`;
    if (folders > watches) return [fail('watch-limits', detail, raise('max_user_watches', 524_288))];
    if (folders > watches / 2) return [warn('watch-limits', detail, raise('max_user_watches', 524_288))];
    if (instances < usualInstances) return [warn('watch-limits', detail, raise('max_user_instances', usualInstances))];
    return [ok('watch-limits', detail)];
  },
};

/** Node keeps compiled code where it is told to; Larder then starts faster. */
export const checkCompileCache: Check = {
  id: 'compile-cache',
  run: async ({ terminal }) => {
    const folder = getCompileCacheDir();
    const wanted = terminal.env['NODE_COMPILE_CACHE'] ?? '';
    if (folder === undefined && wanted === '') return [ok('compile-cache', 'off')];
    const advice = 'Give NODE_COMPILE_CACHE a folder that this user may write, or unset it.';
    if (folder === undefined) return [warn('compile-cache', `${wanted} is not used`, advice)];
    const isWritable = await access(folder, constants.W_OK).then(
      () => true,
      () => false,
    );
    return [isWritable ? ok('compile-cache', folder) : warn('compile-cache', `${folder} cannot be written`, advice)];
  },
};

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
