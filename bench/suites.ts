import type { WorkspaceSize } from './generate/plan-workspace.ts';
import type { ScenarioName } from './scenarios/scenario.ts';

/** What is measured at one size. */
export interface SuitePart {
  readonly size: WorkspaceSize;
  /** Names of contenders; floors come along by themselves. */
  readonly contenders: readonly string[];
  readonly scenarios: readonly ScenarioName[];
  /** Scenarios for some of them alone, where the others would take most of the time. */
  readonly only?: Partial<Record<ScenarioName, readonly string[]>>;
}

const larder = ['larder', 'larder-daemon'];
const quickPeers = ['turbo', 'turbo-native', 'nx-daemon', 'moon', 'wireit'];
const quick = [...larder, ...quickPeers];
const everyPeer = [...quickPeers, 'nx', 'lage'];
/** Those that execute tasks without a package manager or a Node between. */
const direct = ['larder', 'moon', 'wireit'];
const withRemote = ['larder', 'turbo', 'nx-daemon'];
/**
 * For 1,000 projects: moon's run takes half a minute there where nothing changed, wireit's was not measured, and turbo's native
 * program, whose start no longer matters, would execute 1,000 scripts of npm once more before anything is measured.
 */
const swift = [...larder, 'turbo', 'nx-daemon'];

const everyday: readonly ScenarioName[] = ['nothing-changed', 'dry-run', 'affected', 'leaf-edited', 'restore', 'cold'];

/** The most important first: a part whose time has come ends the run. */
export const quickSuite: readonly SuitePart[] = [
  {
    size: { projects: 10, files: 10 },
    contenders: [...larder, ...everyPeer],
    scenarios: ['start-up', ...everyday],
    only: { 'dry-run': quick, affected: quick, 'leaf-edited': quick, restore: quick, cold: quick },
  },
  {
    size: { projects: 100, files: 20 },
    contenders: quick,
    scenarios: everyday,
    only: { cold: direct },
  },
];

export const fullSuite: readonly SuitePart[] = [
  {
    size: { projects: 10, files: 10 },
    contenders: [...larder, ...everyPeer],
    scenarios: ['start-up', ...everyday, 'root-edited', 'remote-pull'],
    only: { 'remote-pull': withRemote },
  },
  {
    size: { projects: 100, files: 20 },
    contenders: [...larder, ...everyPeer],
    scenarios: [...everyday, 'root-edited', 'remote-pull'],
    only: {
      'dry-run': quick,
      affected: quick,
      'leaf-edited': quick,
      restore: quick,
      cold: direct,
      'root-edited': direct,
      'remote-pull': withRemote,
    },
  },
  {
    size: { projects: 1000, files: 20 },
    contenders: [...swift, 'moon'],
    scenarios: ['discovery', ...everyday, 'remote-pull'],
    only: {
      'nothing-changed': swift,
      'dry-run': swift,
      affected: swift,
      'leaf-edited': swift,
      restore: swift,
      cold: ['larder', 'moon'],
      'remote-pull': ['larder', 'nx-daemon'],
    },
  },
];

/** Larder alone: for the plots of growth by projects, and a workspace that is large by its files. */
export const scaleSizes: readonly WorkspaceSize[] = [
  { projects: 100, files: 20 },
  { projects: 1000, files: 20 },
  { projects: 1000, files: 100 },
  { projects: 5000, files: 20 },
];

export const scaleScenarios: readonly ScenarioName[] = ['nothing-changed', 'leaf-edited', 'discovery'];
