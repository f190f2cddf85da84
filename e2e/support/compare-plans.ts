import { larder } from './run-larder.ts';
import { turboPlan } from './run-turbo.ts';

export type Hashes = ReadonlyMap<string, string>;

export interface LarderTaskPlan {
  readonly hash: string;
  readonly dependsOn: readonly string[];
}

/** `larder run-many … --dry-run=json`; throws where it refuses. */
export async function larderPlan(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ReadonlyMap<string, LarderTaskPlan>> {
  const separator = args.includes('--') ? args.indexOf('--') : args.length;
  const own = ['run-many', ...args.slice(0, separator), '--dry-run=json', ...args.slice(separator)];
  const run = await larder(cwd, own, { env });
  if (run.exitCode !== 0) throw new Error(`larder ${own.join(' ')}: ${run.stderr}`);
  const plan = JSON.parse(run.stdout) as {
    readonly tasks: readonly { readonly id: string; readonly hash: string; readonly dependsOn: readonly string[] }[];
  };
  return new Map(plan.tasks.map(({ id, hash, dependsOn }) => [id, { hash, dependsOn: [...dependsOn].sort() }]));
}

/** The hashes of both tools for the same targets. */
export async function hashesOfBoth(
  cwd: string,
  request: { readonly targets: readonly string[]; readonly args?: readonly string[] },
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly turbo: Hashes; readonly larder: Hashes }> {
  const args = request.args ?? [];
  const [ofTurbo, ofLarder] = await Promise.all([
    turboPlan(cwd, [...request.targets, ...args], env),
    larderPlan(cwd, ['-t', ...request.targets, ...args], env),
  ]);
  if (ofTurbo === null) throw new Error('turbo refuses the repository');
  const runs = [...ofTurbo.tasks].filter(([, task]) => task.runs);
  return {
    turbo: new Map(runs.map(([id, task]) => [id, task.hash])),
    larder: new Map(runs.flatMap(([id]) => (ofLarder.has(id) ? [[id, ofLarder.get(id)!.hash]] : []))),
  };
}

/** The tasks whose hash is new, gone or another, sorted. */
export function changedTasks(before: Hashes, after: Hashes): readonly string[] {
  const ids = new Set([...before.keys(), ...after.keys()]);
  return [...ids].filter((id) => before.get(id) !== after.get(id)).sort();
}
