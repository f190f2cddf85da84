import { writeFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import type { TaskGraph } from '@larder/core';
import { renderTaskGraph, taskGraphToDot, taskGraphToJson } from '@larder/report';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { formatJson, writeOut } from '../session/command-io.ts';
import { refuseFile } from '../session/refuse-file.ts';
import type { Terminal } from '../terminal.ts';

/** The form follows the file's ending: `.json`, `.dot`, or text; `-` is text on standard output. */
export async function writeTaskGraph(taskGraph: TaskGraph, terminal: Terminal, file: string): Promise<ExitCode> {
  return writeGraphText(terminal, file, {
    json: () => taskGraphToJson(taskGraph),
    dot: () => taskGraphToDot(taskGraph),
    text: (color) => renderTaskGraph(taskGraph, { color }),
  });
}

export interface GraphForms {
  readonly json: () => unknown;
  readonly dot: () => string;
  readonly text: (color: boolean) => string;
}

export async function writeGraphText(terminal: Terminal, file: string, forms: GraphForms): Promise<ExitCode> {
  if (file === '-') {
    await writeOut(terminal, forms.text(terminal.color));
    return exitCodes.ok;
  }
  const ending = extname(file);
  const text = ending === '.json' ? formatJson(forms.json()) : ending === '.dot' ? forms.dot() : forms.text(false);
  try {
    await writeFile(resolve(terminal.workingDirectory, file), text);
  } catch (error) {
    return refuseFile(terminal, file, error);
  }
  await writeOut(terminal, `Wrote ${file}.\n`);
  return exitCodes.ok;
}
