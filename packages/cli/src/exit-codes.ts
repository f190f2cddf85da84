/** What the process answers, as documented in docs/cli.md. */
export const exitCodes = {
  ok: 0,
  taskFailed: 1,
  usage: 2,
  bug: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
