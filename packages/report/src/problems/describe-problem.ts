import type { Problem } from '@larder/core';
import { deepen, describeGitFault, describeUnknownRef } from './describe-git-problem.ts';
import { didYouMean } from './did-you-mean.ts';

export interface ProblemText {
  /** One sentence: where, what was found, what is allowed. */
  readonly message: string;
  /** What to do; null where the message already says it. */
  readonly hint: string | null;
}

/** The prose of a problem. One case per code: a table, so it is as long as the union. */
export function describeProblem(problem: Problem): ProblemText {
  switch (problem.code) {
    case 'invalid-syntax':
      return text(`${problem.file} cannot be parsed: ${problem.detail}`);
    case 'invalid-value':
      return text(`${describeKey(problem.path)} in ${problem.file} is ${problem.found}; allowed: ${problem.allowed}`);
    case 'unknown-key':
      return text(
        `${problem.file} has the unknown key "${problem.path}"${didYouMean(problem.near)}`,
        'Remove the key, or correct its name.',
      );
    case 'unreadable-file':
      return text(`${problem.file} cannot be read: ${problem.detail}`, 'Check that the file exists and may be read.');
    case 'unwritable-file':
      return text(
        `${problem.file} cannot be written: ${problem.detail}`,
        'Check that its folder exists and may be written to.',
      );
    case 'no-workspace':
      return text(
        `There is no workspace at or above ${problem.directory}`,
        'A workspace has an nx.json, a larder.json, a pnpm-workspace.yaml, or a package.json with "workspaces".',
      );
    case 'no-projects':
      if (problem.members !== null) {
        return text(
          `The workspace has no projects: no folder of ${problem.members.join(', ')} has a package.json`,
          'Correct "workspaces" in package.json (or "packages" in pnpm-workspace.yaml), or give those folders a package.json. ' +
            'Without an nx.json, a project.json elsewhere makes no project.',
        );
      }
      return text(
        'The workspace has no projects',
        'List their folders under "workspaces" in package.json (or in pnpm-workspace.yaml), or add project.json files.',
      );
    case 'duplicate-project':
      return text(
        `The name '${problem.project}' belongs to more than one project: ${problem.roots.map(nameFolder).join(', ')}`,
        'Give each project a name of its own in its package.json or project.json.',
      );
    case 'unknown-project':
      return text(
        `There is no project '${problem.project}'${didYouMean(problem.near)}`,
        '`larder show projects` lists all projects.',
      );
    case 'unknown-task':
      return text(
        `'${problem.task}' names no task${didYouMean(problem.near)}`,
        problem.target === null
          ? 'Tasks are named project:target; `larder show projects` lists all projects.'
          : `Tasks are named project:target; \`larder run-many -t ${problem.target}\` runs a target of all projects.`,
      );
    case 'unknown-target':
      return text(
        `No project has the target '${problem.target}'${didYouMean(problem.near)}`,
        '`larder show project <name>` lists the targets of a project.',
      );
    case 'unknown-configuration':
      return text(
        `${problem.task} has no configuration '${problem.configuration}'${didYouMean(problem.near)}`,
        `Add it under "configurations" of the target, or leave it out.`,
      );
    case 'unknown-named-input':
      return text(
        `There is no named input '${problem.input}'${didYouMean(problem.near)}`,
        'Define it under "namedInputs", or write a path pattern that starts with {projectRoot} or {workspaceRoot}.',
      );
    case 'unknown-executor':
      return text(
        `Nothing implements the executor '${problem.executor}' of ${problem.task}`,
        'Install the package that it comes from, or add the plugin that runs it.',
      );
    case 'unknown-plugin':
      return text(
        `The plugin '${problem.plugin}' cannot be loaded: ${problem.detail}`,
        'Install it, or correct its name under "plugins"; the path of a local plugin starts with "./".',
      );
    case 'plugin-failed':
      return text(
        `The plugin '${problem.plugin}' failed: ${problem.detail}`,
        'Report this to the author of the plugin.',
      );
    case 'task-cycle':
      return text(
        `These tasks wait for each other: ${problem.cycle.join(' -> ')}`,
        'Remove one of these edges from "dependsOn".',
      );
    case 'output-outside-workspace':
      return text(
        `The output '${problem.output}' of ${problem.task} lies outside the workspace`,
        'Outputs start with {projectRoot} or {workspaceRoot} and do not leave it.',
      );
    case 'unsupported':
      return text(`${problem.feature} is not supported: ${problem.detail}`);
    case 'not-a-git-repository':
      return text(
        `${problem.directory} is not in a git repository`,
        '`affected` compares with git; give --files instead, or use `larder run-many`.',
      );
    case 'git-unusable':
      return describeGitFault(problem);
    case 'no-commits':
      return text(
        'The git repository has no commits yet, so that there is nothing to compare with',
        'Commit first, or use `larder run-many`.',
      );
    case 'unknown-git-ref':
      return describeUnknownRef(problem);
    case 'no-merge-base':
      return text(
        `'${problem.base}' and '${problem.head}' have no commit in common`,
        problem.shallow ? deepen : 'Give another --base, one that the branch started from.',
      );
    case 'runtime-input-failed':
      return text(
        `The runtime input \`${problem.command}\` failed: ${problem.detail}`,
        'The command must exit with 0 on every machine; its output goes into the hash.',
      );
    case 'usage':
      return text(`${problem.detail}${didYouMean(problem.near)}`, '`larder --help` shows what is possible.');
  }
}

function text(message: string, hint: string | null = null): ProblemText {
  return { message, hint };
}

function describeKey(path: string): string {
  return path === '' ? 'The content' : `"${path}"`;
}

function nameFolder(root: string): string {
  return root === '' ? 'the workspace root' : root;
}
