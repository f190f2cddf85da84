import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { asWorkspacePath, compareCodeUnits } from '@larder/core';
import type { Problem, ProblemFacts } from '@larder/core';

import { deepenHistory, deepenSteps, fetchRef } from './fetch-history.ts';
import { judgeGitFailure } from './judge-git-failure.ts';
import { parseNameStatus, splitAtNul } from './parse-name-status.ts';
import type { ChangedFile } from './parse-name-status.ts';
import { runGit } from './run-git.ts';
import type { GitContext, GitResult } from './run-git.ts';

export type ChangeRange =
  /** Since the merge base of both; without a head, up to the working tree with its untracked files. */
  | { readonly kind: 'range'; readonly base: string; readonly head: string | null }
  /** Since that very commit, whatever its merge base, up to the working tree with its untracked files. */
  | { readonly kind: 'since'; readonly ref: string }
  /** What `git diff HEAD` shows: staged or not. */
  | { readonly kind: 'uncommitted' }
  | { readonly kind: 'untracked' };

export type ChangedFiles =
  | {
      readonly kind: 'changes';
      /** Sorted by path, each once; only those inside the workspace. */
      readonly changes: readonly ChangedFile[];
      /** The commit compared with; null where nothing is committed yet. */
      readonly base: string | null;
    }
  | { readonly kind: 'problem'; readonly problem: Problem };

export interface ChangeOptions extends GitContext {
  /** May fetch from `origin` what a comparison lacks: history of a shallow clone, a branch that was not checked out. */
  readonly mayFetch: boolean;
}

/**
 * Asks git what changed. A base that cannot be found is a problem, never "everything" and never
 * "nothing". Where `base` is no ref of the clone, `origin/<base>` is tried: CI checks out one branch only.
 */
export async function readChangedFiles(
  rootAbsolute: string,
  range: ChangeRange,
  context: ChangeOptions,
): Promise<ChangedFiles> {
  try {
    return await new ChangeReader(rootAbsolute, context).read(range);
  } catch (error) {
    if (error instanceof GitProblem) return { kind: 'problem', problem: error.problem };
    throw error;
  }
}

/** Carries a problem from the depth of a read to its edge; never leaves this file. */
class GitProblem extends Error {
  readonly problem: Problem;

  constructor(facts: ProblemFacts) {
    super(facts.code);
    this.problem = { severity: 'error', ...facts };
  }
}

class ChangeReader {
  readonly #root: string;
  readonly #context: ChangeOptions;

  constructor(rootAbsolute: string, context: ChangeOptions) {
    this.#root = rootAbsolute;
    this.#context = context;
  }

  async read(range: ChangeRange): Promise<ChangedFiles> {
    const isShallow = await this.#readShallow();
    switch (range.kind) {
      case 'range':
        return this.#readRange(range.base, range.head, isShallow);
      case 'since':
        return this.#readSince(await this.#resolveCommit(range.ref, isShallow));
      case 'uncommitted': {
        const head = await this.#findCommit('HEAD');
        return finish(head, head === null ? await this.#listTracked() : await this.#diff([head]), []);
      }
      case 'untracked':
        return finish(await this.#findCommit('HEAD'), [], await this.#listUntracked());
    }
  }

  async #readRange(base: string, head: string | null, isShallow: boolean): Promise<ChangedFiles> {
    const [baseCommit, headCommit] = await Promise.all([
      this.#resolveCommit(base, isShallow),
      this.#resolveCommit(head ?? 'HEAD', isShallow),
    ]);
    const from = await this.#findDeepening(() => this.#findMergeBase(baseCommit, headCommit), isShallow);
    if (from === null) {
      throw new GitProblem({ code: 'no-merge-base', base, head: head ?? 'HEAD', shallow: isShallow });
    }
    if (head !== null) return finish(from, await this.#diff([from, headCommit]), []);
    return this.#readSince(from);
  }

  async #readSince(commit: string): Promise<ChangedFiles> {
    const [changed, untracked] = await Promise.all([this.#diff([commit]), this.#listUntracked()]);
    return finish(commit, changed, untracked);
  }

  /** Whether the clone lacks older commits; fails where there is no repository. */
  async #readShallow(): Promise<boolean> {
    const result = await this.#run(['rev-parse', '--is-shallow-repository']);
    if (result.kind === 'succeeded') return result.stdout.trim() === 'true';
    throw new GitProblem(judgeGitFailure(this.#root, result.stderr));
  }

  async #resolveCommit(ref: string, isShallow: boolean): Promise<string> {
    const find = async () => (await this.#findCommit(ref)) ?? (await this.#findCommit(`refs/remotes/origin/${ref}`));
    let commit = await find();
    if (commit === null && this.#context.mayFetch && (await fetchRef(this.#root, ref, this.#context))) {
      commit = await find();
    }
    commit ??= await this.#findDeepening(find, isShallow);
    return commit ?? this.#refuse(ref, isShallow);
  }

  async #refuse(ref: string, shallow: boolean): Promise<never> {
    const directory = this.#root;
    if ((await this.#findCommit('HEAD')) === null) throw new GitProblem({ code: 'no-commits', directory });
    const type = isName(ref) ? await this.#run(['cat-file', '-t', ref]) : null;
    const isFile = isName(ref) && existsSync(join(directory, ref));
    const found = type?.kind === 'succeeded' ? `a ${type.stdout.trim()}` : isFile ? 'a file or folder' : null;
    throw new GitProblem({ code: 'unknown-git-ref', ref, shallow, found });
  }

  /** In a shallow clone what is looked for may lie a little deeper; how far is bounded. */
  async #findDeepening(find: () => Promise<string | null>, isShallow: boolean): Promise<string | null> {
    let found = await find();
    if (!isShallow || !this.#context.mayFetch) return found;
    for (const commits of deepenSteps) {
      if (found !== null || !(await deepenHistory(this.#root, commits, this.#context))) return found;
      found = await find();
    }
    return found;
  }

  async #findCommit(ref: string): Promise<string | null> {
    if (!isName(ref)) return null;
    const result = await this.#run(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
    return result.kind === 'succeeded' ? result.stdout.trim() : null;
  }

  async #findMergeBase(base: string, head: string): Promise<string | null> {
    const result = await this.#run(['merge-base', base, head]);
    return result.kind === 'succeeded' ? result.stdout.trim() : null;
  }

  async #diff(commits: readonly string[]): Promise<readonly ChangedFile[]> {
    const format = ['--name-status', '-z', '--no-renames', '--no-ext-diff', '--relative'];
    return parseNameStatus(await this.#read(['diff', ...format, ...commits, '--']));
  }

  async #listUntracked(): Promise<readonly string[]> {
    return splitAtNul(await this.#read(['ls-files', '--others', '--exclude-standard', '-z']));
  }

  async #listTracked(): Promise<readonly ChangedFile[]> {
    const paths = splitAtNul(await this.#read(['ls-files', '--cached', '-z']));
    return paths.map((path) => ({ path: asWorkspacePath(path), kind: 'added' }));
  }

  async #read(args: readonly string[]): Promise<string> {
    const result = await this.#run(args);
    if (result.kind === 'succeeded') return result.stdout;
    throw new GitProblem(judgeGitFailure(this.#root, result.stderr));
  }

  async #run(args: readonly string[]): Promise<Exclude<GitResult, { kind: 'unavailable' }>> {
    const result = await runGit(this.#root, args, this.#context);
    if (result.kind !== 'unavailable') return result;
    const { fault, detail } = result;
    throw new GitProblem({ code: 'git-unusable', directory: this.#root, fault, detail });
  }
}

/** A ref cannot start with a dash; git would read it as an option. */
function isName(ref: string): boolean {
  return ref !== '' && !ref.startsWith('-') && !ref.includes('\0');
}

function finish(base: string | null, changed: readonly ChangedFile[], untracked: readonly string[]): ChangedFiles {
  const byPath = new Map(changed.map((change) => [change.path, change]));
  for (const name of untracked) {
    const path = asWorkspacePath(name);
    // Taken out of the index but still there: for whoever reads the tree it has changed at most.
    byPath.set(path, { path, kind: byPath.has(path) ? 'modified' : 'added' });
  }
  const changes = [...byPath.values()].sort((a, b) => compareCodeUnits(a.path, b.path));
  return { kind: 'changes', changes, base };
}
