import { createInterface } from 'node:readline/promises';
import { createPaint, renderDiff } from '@larder/report';
import type { Command } from '../argv/command.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { FileEdit, Proposal } from '../init/proposal.ts';
import { readProposal } from '../init/read-proposal.ts';
import { writeEdits, type WrittenEdit } from '../init/write-edits.ts';
import { writeError, writeOut } from '../session/command-io.ts';
import { openSession, type Session } from '../session/open-session.ts';
import { reportProblems } from '../session/report-problems.ts';
import type { Terminal } from '../terminal.ts';
import { requireRoot } from './open-daemon.ts';

/** `larder init`: shows what it would change, and changes it when somebody agrees. */
export async function initCommand(
  { yes, isolatePlugins }: Extract<Command, { kind: 'init' }>,
  terminal: Terminal,
): Promise<ExitCode> {
  const root = await requireRoot(terminal);
  if (root === null) return exitCodes.usage;
  const proposal = await readProposal(root, {
    isolate: isolatePlugins,
    withSession: (propose) => proposeInSession(terminal, propose),
  });
  if (proposal.kind === 'refused') {
    await reportProblems(terminal, proposal.problems, root);
    await writeError(terminal, 'Nothing was changed.\n');
    return exitCodes.usage;
  }
  const { edits } = proposal;
  await writeOut(terminal, describeProposal(proposal, terminal));
  if (edits.length === 0) return exitCodes.ok;
  const canAsk = terminal.stdin.isTTY && terminal.stdout.isTTY;
  const agreed = yes || (canAsk && (await ask(terminal, `Write ${countOf(edits)}? (y/N) `)));
  if (!agreed) {
    await writeOut(terminal, canAsk ? 'Nothing was changed.\n' : 'Nothing was changed: give --yes to write this.\n');
    return exitCodes.ok;
  }
  const written = writeEdits(root, edits);
  await writeOut(terminal, written.map(describeWritten).join(''));
  if (written.some(({ kind }) => kind !== 'written')) return exitCodes.taskFailed;
  await writeOut(terminal, toLines(proposal.next));
  return exitCodes.ok;
}

async function proposeInSession(terminal: Terminal, propose: (session: Session) => Proposal): Promise<Proposal> {
  const opened = await openSession(terminal, { log: () => {} });
  return opened.kind === 'invalid' ? { kind: 'refused', problems: opened.problems } : propose(opened.session);
}

function describeProposal(
  { workspace, edits, notes }: Extract<Proposal, { kind: 'changes' }>,
  { color }: Terminal,
): string {
  const paint = createPaint(color);
  const diffs = edits.map(({ file, before, after }) => `${renderDiff(file, { before, after }, paint)}\n`);
  if (diffs.length > 0) return `This is ${workspace}.\n\n${diffs.join('')}${toLines(notes)}`;
  return `This is ${workspace}: nothing has to be changed.\n${toLines(notes)}`;
}

function toLines(sentences: readonly string[]): string {
  return sentences.map((sentence) => `${sentence}\n`).join('');
}

function countOf(edits: readonly FileEdit[]): string {
  return edits.length === 1 ? 'this change' : `these ${edits.length} changes`;
}

function describeWritten(written: WrittenEdit): string {
  switch (written.kind) {
    case 'written':
      return `Wrote ${written.file}.\n`;
    case 'changed-meanwhile':
      return `${written.file} has changed since it was read: it was left alone. Run larder init again.\n`;
    case 'failed':
      return `${written.file} could not be written: ${written.detail}\n`;
  }
}

/** Anything but a yes is a no, the end of the input too. */
async function ask({ stdin, stdout, signal }: Terminal, question: string): Promise<boolean> {
  const lines = createInterface({ input: stdin, output: stdout });
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    return /^y(?:es)?$/i.test((await Promise.race([lines.question(question, { signal }), closed])).trim());
  } catch {
    // Ctrl-C.
    return false;
  } finally {
    lines.close();
  }
}
