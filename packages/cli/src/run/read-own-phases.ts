import type { OwnPhase } from '@larder/report';
import { monotonicMs } from '@larder/runner';
import type { Session } from '../session/open-session.ts';

/** What came before the run, in milliseconds since its start. */
export function readOwnPhases(
  { openedFromMs, openedAtMs }: Pick<Session, 'openedFromMs' | 'openedAtMs'>,
  startedAtEpochMs: number,
): readonly OwnPhase[] {
  const processStartMs = monotonicMs() - performance.now();
  const startMs = startedAtEpochMs - performance.timeOrigin;
  const atMs = [0, openedFromMs - processStartMs, openedAtMs - processStartMs, startMs];
  const times = atMs.map((at) => Math.min(0, at - startMs));
  return ['start-up', 'read', 'select and hash'].map((name, index) => ({
    name,
    from: times[index] ?? 0,
    to: times[index + 1] ?? 0,
  }));
}
