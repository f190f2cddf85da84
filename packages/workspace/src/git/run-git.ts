export interface GitContext {
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export type GitResult =
  | { readonly kind: 'succeeded'; readonly stdout: string }
  | { readonly kind: 'failed'; readonly stderr: string }
  /** git is not installed, did not end in time, or said more than can be kept. */
  | { readonly kind: 'unavailable'; readonly fault: 'missing' | 'other'; readonly detail: string };

const timeoutMs = 60_000;
const maxStdoutSizeBytes = 64 * 1024 * 1024;
const maxStderrSizeBytes = 16 * 1024;

/** Set by git for its hooks; with them, git would look at the hook's repository and index instead of the folder's. */
const repositoryVariables = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX', 'GIT_COMMON_DIR'];

/**
 * Runs git in a folder, without a shell and without taking locks that a person's own git could run into. Rejects
 * only when the signal aborts. Output is UTF-8; ask for `-z` formats, which quote nothing.
 */
export async function runGit(cwdAbsolute: string, args: readonly string[], context: GitContext): Promise<GitResult> {
  const { spawn } = await import('node:child_process');
  const { signal } = context;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, {
      cwd: cwdAbsolute,
      env: gitEnv(context.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      signal,
    });
    const stdout: Buffer[] = [];
    let stdoutSizeBytes = 0;
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdoutSizeBytes += chunk.length;
      if (stdoutSizeBytes > maxStdoutSizeBytes) child.kill('SIGKILL');
      else stdout.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < maxStderrSizeBytes) stderr += chunk.toString('utf8');
    });
    child.on('error', (error) => {
      if (signal.aborted) reject(signal.reason as Error);
      else resolve(describeStart(error));
    });
    child.on('close', (exitCode, endedBy) => {
      if (exitCode === 0) resolve({ kind: 'succeeded', stdout: Buffer.concat(stdout).toString('utf8') });
      else if (exitCode !== null) resolve({ kind: 'failed', stderr: stderr.trim() });
      else resolve({ kind: 'unavailable', fault: 'other', detail: describeEnd(stdoutSizeBytes, endedBy) });
    });
  });
}

function describeStart({ code, message }: NodeJS.ErrnoException): GitResult {
  if (code === 'ENOENT') return { kind: 'unavailable', fault: 'missing', detail: 'it is not on the PATH' };
  return { kind: 'unavailable', fault: 'other', detail: `git could not be started: ${message}` };
}

function describeEnd(stdoutSizeBytes: number, endedBy: string | null): string {
  if (stdoutSizeBytes > maxStdoutSizeBytes) return `git printed more than ${maxStdoutSizeBytes} bytes`;
  return `git was ended by ${endedBy ?? 'a signal'}; it may take ${timeoutMs / 1000} seconds at most`;
}

function gitEnv(env: Readonly<Record<string, string>>): Record<string, string> {
  const result: Record<string, string> = { ...env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
  for (const name of repositoryVariables) delete result[name];
  return result;
}
