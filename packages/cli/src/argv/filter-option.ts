import { Option, type Command as Commander } from 'commander';

/** For every command that selects projects. */
export function createFilterOption(): Option {
  const help = "projects in Turborepo's grammar, such as web... or ...[main]; repeatable";
  return new Option('-F, --filter <filter>', help).argParser(addFilter).default([]);
}

/** One filter a flag: commas may stand in a glob. */
function addFilter(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

export interface SelectionFlags {
  readonly projects: readonly string[];
  readonly exclude: readonly string[];
  readonly filter: readonly string[];
}

/** A filter takes away by itself, so that the two would only hide what the other means. */
export function refuseBoth(command: Commander, { filter, projects, exclude }: SelectionFlags): void {
  if (filter.length === 0 || projects.length + exclude.length === 0) return;
  command.error(
    "error: --filter selects projects by itself: leave out --projects and --exclude, or use --filter '!x'.",
  );
}
