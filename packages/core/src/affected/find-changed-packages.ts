import type { ExternalInputs } from '../hash/inputs.ts';
import { listExternals } from '../hash/resolve-externals.ts';
import { sortUnique } from '../hash/sort-unique.ts';
import type { ProjectName } from '../ids.ts';
import type { ExternalPackage, ProjectGraph } from '../project-graph/project.ts';
import type { PackageChange } from './affected-reason.ts';

/** Which packages count for tasks of a project in one graph and in the other, compared by name, sorted. */
export function findChangedPackages(
  before: ProjectGraph,
  after: ProjectGraph,
  of: { readonly project: ProjectName; readonly inputs: ExternalInputs },
): readonly PackageChange[] {
  const old = Map.groupBy(listExternals(of.inputs, of.project, before), (one) => one.name);
  const now = Map.groupBy(listExternals(of.inputs, of.project, after), (one) => one.name);
  return sortUnique([...old.keys(), ...now.keys()]).flatMap((name) => {
    const [was, is] = [old.get(name) ?? [], now.get(name) ?? []];
    return identify(was) === identify(is) ? [] : [{ name, before: joinVersions(was), after: joinVersions(is) }];
  });
}

/** Of the packages alone: that one of them uses another version is a change of that other one. */
function identify(packages: readonly ExternalPackage[]): string {
  return JSON.stringify(sortUnique(packages.map(({ version, integrity }) => JSON.stringify([version, integrity]))));
}

function joinVersions(packages: readonly ExternalPackage[]): string | null {
  return packages.length === 0 ? null : sortUnique(packages.map((one) => one.version)).join(', ');
}
