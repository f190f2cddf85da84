import type { CacheTroubleCode } from '@larder/core';

export interface CacheTroubleText {
  /** What happened, to stand before its count. */
  readonly title: string;
  /** What to do about it; one sentence. */
  readonly hint: string;
}

/** Words for each kind of trouble. None of them fails a run. */
export function describeCacheTrouble(code: CacheTroubleCode): CacheTroubleText {
  switch (code) {
    case 'remote-unreachable':
      return { title: 'the remote cache could not be reached', hint: 'Check its URL and the network.' };
    case 'remote-timeout':
      return { title: 'the remote cache did not answer in time', hint: 'Check its load, or raise the time-out.' };
    case 'remote-unauthorized':
      return { title: 'the remote cache did not accept the token', hint: 'Check LARDER_REMOTE_TOKEN.' };
    case 'remote-forbidden':
      return {
        title: 'the token may not do this',
        hint: 'Use a token with write access, or set the remote to read-only.',
      };
    case 'remote-error':
      return { title: 'the remote cache answered with an error', hint: "Look at the cache server's log." };
    case 'remote-invalid-artifact':
      return {
        title: 'an artifact from the remote cache was refused',
        hint: 'It was damaged or not what it claims to be; the task was executed instead.',
      };
    case 'remote-untrusted-artifact':
      return {
        title: 'an artifact from the remote cache was not signed by a trusted key',
        hint: 'The task was executed instead. Check "publicKeys" of the remote, or who wrote the artifact.',
      };
    case 'remote-misconfigured':
      return {
        title: 'the remote cache was not used as configured',
        hint: 'Correct the file or variable that is named here.',
      };
    case 'remote-too-large':
      return {
        title: 'an artifact was too large for the remote cache',
        hint: "Declare fewer outputs, or raise the server's limit.",
      };
    case 'remote-circuit-open':
      return {
        title: 'the remote cache was left alone after repeated trouble',
        hint: 'The first trouble named here is the cause.',
      };
    case 'local-corrupt-entry':
      return {
        title: 'a damaged entry was dropped from the local cache',
        hint: 'It heals by itself; check the disk if it comes back.',
      };
    case 'local-read-failed':
      return { title: 'the local cache could not be read', hint: "Check the permissions of the cache's folder." };
    case 'local-write-failed':
      return { title: 'the local cache could not be written', hint: "Check the permissions of the cache's folder." };
    case 'local-disk-full':
      return { title: 'the disk is full', hint: 'Run `larder cache clean`, or make room.' };
    case 'inputs-changed-while-running':
      return {
        title: 'inputs changed while the task ran, so nothing was stored',
        hint: 'Do not edit during a run, or take generated files out of the inputs.',
      };
    case 'covered-inputs-changed':
      return {
        title: 'inputs of a task changed during the run, so nothing that builds on it was stored',
        hint: 'A run in which they stay as they are stores it.',
      };
    case 'executed-elsewhere':
      return {
        title: 'another run executed the same task at the same time, so nothing was stored',
        hint: 'The next run stores it.',
      };
    case 'output-missing':
      return {
        title: 'an output was not produced; the rest was stored without it',
        hint: 'Correct "outputs" of the target ([] where there are none); a hit will have no such file either.',
      };
    case 'output-refused':
      return {
        title: 'an output cannot be stored',
        hint: 'Outputs are files, folders and links inside the workspace, and nobody writes to them when the task has ended.',
      };
  }
}
