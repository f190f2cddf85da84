import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { cleanEnv, repositoryRoot } from './run-larder.ts';

export interface TmuxOptions {
  readonly columns: number;
  readonly rows: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Tests in a terminal are left out where there is none to be had. */
export const hasTmux = spawnSync('tmux', ['-V']).status === 0;

const deadlineMs = 60_000;
const pollMs = 50;

/** A real terminal with one command in it, which stays open after its end; gone after the test. */
export class TmuxTerminal {
  readonly #socket: string;

  constructor(command: readonly string[], options: TmuxOptions) {
    const folder = mkdtempSync(join(tmpdir(), 'larder-tmux-'));
    this.#socket = join(folder, 'socket');
    const { columns, rows, cwd = repositoryRoot, env = {} } = options;
    const line = [...command.map(quote), '; echo "ended with $?"; exec cat'].join(' ');
    // Without a login shell, whose start-up files could print.
    execFileSync(
      'tmux',
      [
        '-S',
        this.#socket,
        '-f',
        '/dev/null',
        'new-session',
        '-d',
        '-x',
        `${columns}`,
        '-y',
        `${rows}`,
        '-c',
        cwd,
        line,
      ],
      { env: { ...cleanEnv(), CI: '', TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env }, stdio: 'ignore' },
    );
    onTestFinished(() => {
      this.#tmux('kill-server');
      rmSync(folder, { recursive: true, force: true });
    });
  }

  /** What stands on the screen, without trailing spaces, with one newline at its end. */
  read(): string {
    return this.#tmux('capture-pane', '-p', '-t', '0')
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd()
      .concat('\n');
  }

  /** With escape sequences for styles. */
  readStyled(): string {
    return this.#tmux('capture-pane', '-p', '-e', '-t', '0');
  }

  /** The lines that a selection in the terminal would copy: those that it wrapped itself are whole. */
  readUnwrapped(): string {
    return this.#tmux('capture-pane', '-p', '-J', '-t', '0');
  }

  /** Keys as tmux names them: `Down`, `PPage`, `C-c`, or a character. */
  press(...keys: readonly string[]): void {
    this.#tmux('send-keys', '-t', '0', ...keys);
  }

  type(text: string): void {
    this.#tmux('send-keys', '-t', '0', '-l', text);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-t', '0', '-x', `${columns}`, '-y', `${rows}`);
  }

  get isAlternateScreen(): boolean {
    return this.#tmux('display-message', '-p', '-t', '0', '#{alternate_on}').trim() === '1';
  }

  get capturesMouse(): boolean {
    return this.#tmux('display-message', '-p', '-t', '0', '#{mouse_any_flag}').trim() === '1';
  }

  /** Waits until the screen matches, and gives it. */
  shows(pattern: RegExp): Promise<string> {
    return this.#awaitMatch(pattern, () => this.read());
  }

  /** Waits until what a selection of the whole screen would copy matches, and gives it. */
  copies(pattern: RegExp): Promise<string> {
    return this.#awaitMatch(pattern, () => this.readUnwrapped());
  }

  async #awaitMatch(pattern: RegExp, read: () => string): Promise<string> {
    const deadline = Date.now() + deadlineMs;
    for (;;) {
      const screen = read();
      if (pattern.test(screen)) return screen;
      if (Date.now() > deadline) throw new Error(`The screen never showed ${pattern}:\n${screen}`);
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-S', this.#socket, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
