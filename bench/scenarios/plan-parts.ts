import { listContenders } from '../contenders/all-contenders.ts';
import type { BenchOptions } from '../bench-options.ts';
import type { Contender } from '../contenders/contender.ts';
import type { WorkspaceSize } from '../generate/plan-workspace.ts';
import { findScenario } from './all-scenarios.ts';
import { fullSuite, quickSuite } from '../suites.ts';
import type { ScenarioName } from './scenario.ts';

/** What is measured at one size: who in which scenario. */
export interface BenchPart {
  readonly size: WorkspaceSize;
  readonly contenders: readonly Contender[];
  readonly scenarios: readonly PlannedScenario[];
}

export interface PlannedScenario {
  readonly name: ScenarioName;
  readonly contenders: ReadonlySet<string>;
}

/** What the command line names; for the rest the suite decides. */
export function planParts(options: BenchOptions): readonly BenchPart[] {
  const suite = options.full ? fullSuite : quickSuite;
  const known = listContenders();
  const floors = known.filter(({ role }) => role === 'floor');
  const sizes = options.sizes ?? suite.map(({ size }) => size);
  return sizes.map((size) => {
    const preset = suite.find((part) => part.size.projects === size.projects) ?? suite[0];
    const chosen = options.contenders ?? [...known.filter(({ name }) => preset?.contenders.includes(name)), ...floors];
    const scenarios = (options.scenarios ?? preset?.scenarios ?? []).map((name): PlannedScenario => {
      const only = options.contenders === null ? preset?.only?.[name] : undefined;
      const isWanted = (each: Contender): boolean => each.role === 'floor' || (only?.includes(each.name) ?? true);
      const taking = chosen.filter((each) => isWanted(each) && takesPart(each, name));
      return { name, contenders: new Set(taking.map((each) => each.name)) };
    });
    const busy = chosen.filter(({ name }) => scenarios.some(({ contenders }) => contenders.has(name)));
    return { size, contenders: busy, scenarios };
  });
}

/** Whether the contender has the command, and is meant to. */
function takesPart({ scenarios, invoke }: Contender, name: ScenarioName): boolean {
  const { action, usesRemote = false } = findScenario(name);
  const remote = usesRemote ? { url: '', token: '' } : null;
  return scenarios?.includes(name) ?? invoke(action, { root: '', modules: '', remote }) !== null;
}
