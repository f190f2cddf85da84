import { warn, type Check, type DoctorContext, type Finding } from './check.ts';

/** All at once, each within the deadline; findings in the order of the checks. Never rejects. */
export async function runChecks(
  checks: readonly Check[],
  context: DoctorContext,
  deadlineMs: number,
): Promise<readonly Finding[]> {
  const findings = await Promise.all(checks.map((check) => runCheck(check, context, deadlineMs)));
  return findings.flat();
}

async function runCheck(check: Check, context: DoctorContext, deadlineMs: number): Promise<readonly Finding[]> {
  const controller = new AbortController();
  const { promise: late, resolve } = Promise.withResolvers<readonly Finding[]>();
  const timer = setTimeout(() => {
    resolve([
      warn(
        check.id,
        `it was not known within ${deadlineMs / 1000} seconds`,
        'Try again when the machine or the network is less busy.',
      ),
    ]);
    controller.abort();
  }, deadlineMs);
  try {
    const signal = AbortSignal.any([controller.signal, context.terminal.signal]);
    return await Promise.race([check.run(context, signal), late]);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return [warn(check.id, `it could not be found out: ${detail}`, 'The message names what failed.')];
  } finally {
    clearTimeout(timer);
  }
}
