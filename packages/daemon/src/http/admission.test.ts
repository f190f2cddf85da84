import { expect, test } from 'vitest';
import { Leases } from '../leases.ts';
import { Admission, runTokenOf, shellTokenOf } from './admission.ts';

const daemonToken = 'ab'.repeat(32);

function admissionWith(runId: string) {
  const leases = new Leases(() => true, []);
  leases.begin({ runId, pid: 1, startedAtEpochMs: 0 });
  return { leases, admission: new Admission(daemonToken, leases) };
}

test('a run gets at artifacts while it lasts, and not when it has ended', () => {
  const { leases, admission } = admissionWith('nx-1');
  const header = `Bearer ${runTokenOf(daemonToken, 'nx-1')}`;
  expect(admission.admits(header)).toBe(true);
  leases.end('nx-1');
  expect(admission.admits(header)).toBe(false);
});

test('the end of a run leaves others in', () => {
  const { leases, admission } = admissionWith('nx-1');
  leases.begin({ runId: 'nx-2', pid: 1, startedAtEpochMs: 0 });
  leases.end('nx-1');
  expect(admission.admits(`Bearer ${runTokenOf(daemonToken, 'nx-2')}`)).toBe(true);
});

test('the daemon’s own token, another run’s and none get nothing', () => {
  const { admission } = admissionWith('nx-1');
  expect(admission.admits(`Bearer ${daemonToken}`)).toBe(false);
  expect(admission.admits(`Bearer ${runTokenOf(daemonToken, 'nx-2')}`)).toBe(false);
  expect(admission.admits(`Bearer ${runTokenOf('cd'.repeat(32), 'nx-1')}`)).toBe(false);
  expect(admission.admits('Bearer ')).toBe(false);
  expect(admission.admits(undefined)).toBe(false);
});

test('a shell’s token is good without any run', () => {
  expect(new Admission(daemonToken, new Leases(() => true, [])).admits(`Bearer ${shellTokenOf(daemonToken)}`)).toBe(
    true,
  );
});
