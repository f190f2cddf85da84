import { expect, test } from 'vitest';
import { handOver } from './hand-over.ts';

/** As nx calls a hook: what is assigned meanwhile goes to the run. */
function runHook(env: Record<string, string>, variables: Record<string, string>, outlivesRun: boolean) {
  const handedOver: Record<string, string> = {};
  const watched = new Proxy(env, {
    set: (target, name, value) => {
      target[String(name)] = String(value);
      handedOver[String(name)] = String(value);
      return true;
    },
  });
  handOver(variables, watched, { outlivesRun });
  return handedOver;
}

test('a process that ends with the run keeps what it hands over', () => {
  const env = { OLD: 'before' };
  expect(runHook(env, { OLD: 'now', NEW: 'now' }, false)).toEqual({ OLD: 'now', NEW: 'now' });
  expect(env).toEqual({ OLD: 'now', NEW: 'now' });
});

test('a process that serves other runs hands over the same, and is as it was', () => {
  const env = { OLD: 'before', EMPTY: '' };
  expect(runHook(env, { OLD: 'now', EMPTY: 'now', NEW: 'now' }, true)).toEqual({
    OLD: 'now',
    EMPTY: 'now',
    NEW: 'now',
  });
  expect(env).toEqual({ OLD: 'before', EMPTY: '' });
  expect(Object.keys(env)).toEqual(['OLD', 'EMPTY']);
});

test('the environment of a process can be put back, too', () => {
  process.env['LARDER_TEST_OLD'] = 'before';
  handOver({ LARDER_TEST_OLD: 'now', LARDER_TEST_NEW: 'now' }, process.env, { outlivesRun: true });
  expect([process.env['LARDER_TEST_OLD'], 'LARDER_TEST_NEW' in process.env]).toEqual(['before', false]);
  delete process.env['LARDER_TEST_OLD'];
});
