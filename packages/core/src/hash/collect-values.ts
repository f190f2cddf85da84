import { compareCodeUnits } from '../ids.ts';
import { canonicalJson } from './canonical.ts';
import type { ValueInput } from './flatten-inputs.ts';
import type { DependentOutputs, ExternalInputs, PluginInput, TaskInputs } from './inputs.ts';
import { sortUnique } from './sort-unique.ts';

/** The inputs that are neither files nor bound to the project that declares them. */
export type InputValues = Pick<TaskInputs, 'env' | 'runtime' | 'plugin' | 'platform' | 'workingDirectory'>;

export function collectValues(inputs: readonly ValueInput[]): InputValues {
  if (inputs.length === 0) return noValues;
  const of = <Kind extends ValueInput['kind']>(kind: Kind): readonly Extract<ValueInput, { readonly kind: Kind }>[] =>
    inputs.filter((input): input is Extract<ValueInput, { readonly kind: Kind }> => input.kind === kind);
  return {
    env: sortUnique(of('env').map((input) => input.name)),
    runtime: sortUnique(of('runtime').map((input) => input.command)),
    plugin: uniqueByLabel(of('plugin').map(labelPluginInput)),
    platform: pickPlatform(of('platform').map((input) => input.of)),
    workingDirectory: pickDirectory(of('working-directory').map((input) => input.mode)),
  };
}

/** Null where no input speaks of external packages. */
export function collectExternals(inputs: readonly ValueInput[]): ExternalInputs | null {
  const declared = inputs.filter((input) => input.kind === 'external');
  if (declared.length === 0) return null;
  return { kind: 'named', packages: sortUnique(declared.flatMap((input) => input.packages)) };
}

export function collectDependentOutputs(inputs: readonly ValueInput[]): readonly DependentOutputs[] {
  const declared = inputs.filter((input) => input.kind === 'dependent-outputs');
  const byLabel = new Map(
    declared.map(({ pattern, transitive, from }) => {
      const input = { pattern, transitive, ...(from !== undefined && { from }) };
      return [`${pattern} ${transitive} ${JSON.stringify(from ?? null)}`, input];
    }),
  );
  return sortUnique(byLabel.keys()).flatMap((label) => byLabel.get(label) ?? []);
}

/** All of them; where one holds the others, that very object, so that many tasks share it. */
export function uniteValues(all: readonly InputValues[]): InputValues {
  const distinct = [...new Set(all)];
  const largest = distinct.toSorted((a, b) => countValues(b) - countValues(a))[0] ?? noValues;
  const others = distinct.filter((values) => values !== largest && countValues(values) > 0);
  if (others.length === 0) return largest;
  const united: InputValues = {
    env: sortUnique(distinct.flatMap((values) => values.env)),
    runtime: sortUnique(distinct.flatMap((values) => values.runtime)),
    plugin: uniqueByLabel(distinct.flatMap((values) => values.plugin)),
    platform: pickPlatform(distinct.map((values) => values.platform)),
    workingDirectory: pickDirectory(distinct.map((values) => values.workingDirectory)),
  };
  const isLargest =
    countValues(united) === countValues(largest) &&
    united.platform === largest.platform &&
    united.workingDirectory === largest.workingDirectory;
  return isLargest ? largest : united;
}

const noValues: InputValues = { env: [], runtime: [], plugin: [], platform: null, workingDirectory: null };

function countValues(values: InputValues): number {
  const single = Number(values.platform !== null) + Number(values.workingDirectory !== null);
  return values.env.length + values.runtime.length + values.plugin.length + single;
}

function pickPlatform(declared: readonly InputValues['platform'][]): InputValues['platform'] {
  return declared.includes('os-arch') ? 'os-arch' : declared.includes('os') ? 'os' : null;
}

function pickDirectory(declared: readonly InputValues['workingDirectory'][]): InputValues['workingDirectory'] {
  return declared.includes('absolute') ? 'absolute' : declared.includes('relative') ? 'relative' : null;
}

function labelPluginInput(input: Extract<ValueInput, { readonly kind: 'plugin' }>): PluginInput {
  const { inputKind, options } = input;
  return { inputKind, options, label: `${inputKind} ${canonicalJson(options)}` };
}

function uniqueByLabel(inputs: readonly PluginInput[]): readonly PluginInput[] {
  const byLabel = new Map(inputs.map((input) => [input.label, input]));
  return [...byLabel.values()].sort((a, b) => compareCodeUnits(a.label, b.label));
}
