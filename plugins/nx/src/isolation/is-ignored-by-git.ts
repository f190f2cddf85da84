import { execFile } from 'node:child_process';

/** Whether git leaves a file of the root out: then it is not in other clones, and not in CI. False without git. */
export async function isIgnoredByGit(rootAbsolute: string, file: string): Promise<boolean> {
  return await new Promise((resolve) => {
    execFile('git', ['check-ignore', '--quiet', file], { cwd: rootAbsolute, timeout: 5_000 }, (error) => {
      resolve(error === null);
    });
  });
}

/** A sentence for whoever has just been given the line there. */
export function describeIgnored(file: string): string {
  return `git ignores ${file}: in CI and in other clones, set NX_ISOLATE_PLUGINS=false in the environment.`;
}
