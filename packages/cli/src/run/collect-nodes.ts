import type { LiveNodes, SnapshotNode } from '@larder/core';

/** A set that moved after it was hashed is not found by its seal any more, and is left out. */
export function collectNodes(
  seal: string,
  { isKept, live }: { readonly isKept: (seal: string) => boolean; readonly live: LiveNodes },
  nodes: Map<string, SnapshotNode>,
): void {
  const waiting = [seal];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const node = nodes.has(key) || isKept(key) ? null : live.find(key);
    if (node === null) continue;
    nodes.set(key, node);
    if (node.kind === 'group') waiting.push(...node.members.map(([, member]) => member));
  }
}
