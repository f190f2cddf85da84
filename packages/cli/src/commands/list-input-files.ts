import { listFileset, walkFilesets, type TaskInputs, type WorkspaceFiles } from '@larder/core';

/** Every file that goes into a task's hash, below the set that it is in; those of other projects as well. */
export function listInputFiles(inputs: TaskInputs, files: WorkspaceFiles): string {
  const sets = [...walkFilesets(inputs)].filter((fileset) => fileset.source !== 'disk');
  const lines = sets.map((fileset) => {
    const listed = listFileset(fileset, files).map((path) => `  ${path}  ${files.factsOf(path)?.digest ?? 'gone'}\n`);
    return `${fileset.label} (${listed.length})\n${listed.join('')}`;
  });
  return `\nfiles by input\n${lines.join('')}`;
}
