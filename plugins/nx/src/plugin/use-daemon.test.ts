import { expect, test } from 'vitest';
import { pointNowhere } from './use-daemon.ts';

const server = 'NX_SELF_HOSTED_REMOTE_CACHE_SERVER';
const own = 'LARDER_NX_CACHE_SERVER';

test('a run that asks no cache is pointed away from what an earlier one was pointed at', () => {
  expect(pointNowhere({ [server]: 'http://a', [own]: 'http://a' })).toMatchObject({ [server]: '', [own]: '' });
});

test('it is given nothing where nothing was set, and where a person has set a server', () => {
  for (const env of [
    {},
    { [server]: '', [own]: '' },
    { [server]: 'http://b' },
    { [server]: 'http://b', [own]: 'http://a' },
  ]) {
    expect(pointNowhere(env)).toEqual({});
  }
});
