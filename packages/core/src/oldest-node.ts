/** The oldest Node that Larder runs on; `engines` of every package says the same. */
export const oldestNode = '22.19';

/** Says which Node is needed and which runs; null where this one will do. `version` is that of `process.versions.node`. */
export function describeOldNode(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode.split('.').map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return null;
  return `Larder needs Node ${oldestNode} or newer, and runs on Node ${version}.`;
}
