/** The folders around a path of the workspace, from the root, which is `''`, on; none around the root itself. */
export function* listFoldersAbove(path: string): Generator<string> {
  if (path === '') return;
  yield '';
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) yield path.slice(0, end);
}
