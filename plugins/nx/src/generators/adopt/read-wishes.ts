import { GlobCompiler } from '@larder/core';

/** As `schemas/adopt.json` has them. */
export interface AdoptOptions {
  readonly undo?: boolean;
  readonly projects?: string | readonly string[];
  readonly targets?: string | readonly string[];
  readonly yes?: boolean;
}

export interface AdoptWishes {
  readonly undo: boolean;
  readonly hasProject: (name: string) => boolean;
  readonly hasTarget: (name: string) => boolean;
}

export function readWishes({ undo = false, projects, targets }: AdoptOptions): AdoptWishes {
  return { undo, hasProject: compileNames(projects), hasTarget: compileNames(targets) };
}

/** Names or patterns, separated by commas; none is all. */
function compileNames(value: string | readonly string[] | undefined): (name: string) => boolean {
  const names = [value ?? []].flat().flatMap((text) => text.split(','));
  const globs = new GlobCompiler();
  const matches = names.filter((name) => name.trim() !== '').map((name) => globs.compile(name.trim()));
  return (name) => matches.length === 0 || matches.some((match) => match(name));
}
