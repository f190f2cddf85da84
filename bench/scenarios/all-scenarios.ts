import { findAffectedTasks } from '../generate/choose-edited-projects.ts';
import { commitAll, git } from '../generate/git.ts';
import { deleteOutputs, deleteState, editProject } from './edit-workspace.ts';
import type { Scenario, ScenarioName, Site } from './scenario.ts';

const everything = ({ plan }: Site): number => plan.projects.length;

const scenarios: Readonly<Record<ScenarioName, Omit<Scenario, 'name'>>> = {
  'start-up': { title: 'start-up (--version)', action: 'version', expect: () => null },
  'dry-run': { title: 'dry run', action: 'dry-run', expect: () => null },
  'nothing-changed': {
    title: 'nothing changed',
    action: 'build',
    expect: (site) => ({ executed: 0, cached: everything(site) }),
  },
  restore: {
    title: 'outputs deleted, restored from the local cache',
    action: 'build',
    prepare: deleteOutputs,
    expect: (site) => ({ executed: 0, cached: everything(site) }),
  },
  'leaf-edited': {
    title: 'one leaf edited',
    action: 'build',
    prepare: (site, round) => editProject(site, site.edited.leaf, round),
    expect: (site) => ({ executed: 1, cached: everything(site) - 1 }),
  },
  'root-edited': {
    title: 'the root of the graph edited',
    action: 'build',
    prepare: (site, round) => editProject(site, site.edited.root, round),
    expect: (site) => ({ executed: everything(site), cached: 0 }),
  },
  affected: {
    title: 'affected by a commit, all of it cached',
    action: 'affected',
    arrange: async (site) => {
      git(site.place.root, 'checkout', '--quiet', '-B', 'feature');
      editProject(site, site.edited.middle, 0);
      commitAll(site.place.root, 'Edit a project');
      await site.build();
    },
    expect: (site) => ({ executed: 0, cached: findAffectedTasks(site.plan, site.edited.middle.name).size }),
  },
  cold: {
    title: 'cold, trivial tasks',
    action: 'build',
    prepare: async (site) => {
      deleteOutputs(site);
      await deleteState(site);
    },
    expect: (site) => ({ executed: everything(site), cached: 0 }),
  },
  discovery: {
    title: 'projects listed, from nothing',
    action: 'list-projects',
    prepare: deleteState,
    expect: () => null,
  },
  'remote-pull': {
    title: 'everything from the remote cache',
    action: 'build',
    usesRemote: true,
    arrange: async (site) => {
      deleteOutputs(site);
      await deleteState(site);
      await site.build();
    },
    prepare: async (site) => {
      deleteOutputs(site);
      await deleteState(site);
    },
    expect: (site) => ({ executed: 0, cached: everything(site) }),
  },
};

export function findScenario(name: ScenarioName): Scenario {
  return { name, ...scenarios[name] };
}
