import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { askChanges } from './ask-changes.ts';
import { ChangesEndpoint } from './changes-endpoint.ts';
import { changesRecordFile } from './changes-record.ts';

const version = '1.2.3';

function makeRoot(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'larder-endpoint-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

function endpoint(rootAbsolute: string): ChangesEndpoint {
  const made = new ChangesEndpoint({ rootAbsolute, version, onQuestion: () => {} });
  onTestFinished(() => made.close());
  return made;
}

test('where no record can be written it does not start, and can be started later', async () => {
  const root = makeRoot();
  const changes = endpoint(root);
  writeFileSync(join(root, '.larder'), 'in the way');
  await expect(changes.start()).rejects.toThrow(/ENOTDIR|EACCES|EINVAL/);
  expect(changes.status()).toBeNull();
  rmSync(join(root, '.larder'));
  mkdirSync(dirname(changesRecordFile(root)), { recursive: true, mode: 0o700 });
  await changes.start();
  expect(changes.status()).not.toBeNull();
  expect(
    await askChanges({ rootAbsolute: root, version, since: null, deadlineMs: 5_000, pause: nextTurn }),
  ).not.toBeNull();
});

test('beside another one that answers it does not watch', async () => {
  const root = makeRoot();
  mkdirSync(dirname(changesRecordFile(root)), { recursive: true, mode: 0o700 });
  const first = endpoint(root);
  const second = endpoint(root);
  await first.start();
  await second.start();
  expect(second.status()).toBeNull();
  first.close();
  await second.start();
  expect(second.status()).not.toBeNull();
});
