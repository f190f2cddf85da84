import type { OwnPhase } from '@larder/report';

/** What came before the run, from the marks that are set on the way; in milliseconds since its start. */
export function readOwnPhases(startedAtEpochMs: number): readonly OwnPhase[] {
  const start = startedAtEpochMs - performance.timeOrigin;
  const [opening, opened] = ['larder:opening', 'larder:opened'].map(
    (name) => performance.getEntriesByName(name)[0]?.startTime ?? start,
  );
  const times = [0, opening ?? start, opened ?? start, start].map((at) => Math.min(0, at - start));
  return ['start-up', 'read', 'select and hash'].map((name, index) => ({
    name,
    from: times[index] ?? 0,
    to: times[index + 1] ?? 0,
  }));
}
