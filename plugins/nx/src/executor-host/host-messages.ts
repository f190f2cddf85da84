/** What the host is asked: to run one task. */
export interface HostRequest {
  readonly rootAbsolute: string;
  /** The whole environment of the task. */
  readonly env: Readonly<Record<string, string>>;
  /** Written to both streams behind the last output of the task. */
  readonly mark: string;
  readonly targetDescription: object;
  readonly overrides: object;
  readonly taskGraph: unknown;
}

/** What it answers when the executor has ended. */
export interface HostAnswer {
  readonly exitCode: number;
  /** Nothing that the executor started is left: no timer, process, socket or thread. */
  readonly isClean: boolean;
}

export function isHostAnswer(value: unknown): value is HostAnswer {
  if (typeof value !== 'object' || value === null) return false;
  const { exitCode, isClean } = value as Partial<HostAnswer>;
  return typeof exitCode === 'number' && typeof isClean === 'boolean';
}
