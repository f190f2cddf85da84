import { expect, test } from 'vitest';
import { describeOldNode } from './oldest-node.ts';

test.each(['22.19.0', '22.20.1', '24.0.0', '26.1.0'])('Node %s will do', (version) => {
  expect(describeOldNode(version)).toBeNull();
});

test.each(['22.18.9', '22.9.0', '20.20.2', '8.30.0'])('of Node %s it is said that it is too old', (version) => {
  expect(describeOldNode(version)).toBe(`Larder needs Node 22.19 or newer, and runs on Node ${version}.`);
});
