import * as v from 'valibot';

const names = v.optional(v.array(v.string()), []);

const taskSchema = v.object({
  dependsOn: names,
  env: names,
  passThroughEnv: v.optional(v.nullable(v.array(v.string())), []),
  inputs: v.optional(v.array(v.string())),
  outputs: names,
  cache: v.optional(v.boolean(), true),
  persistent: v.optional(v.boolean(), false),
});

/** The keys of `turbo.json` (version 2) that decide what runs and what a hash covers; the others are left alone. */
export const turboConfigSchema = v.object({
  tasks: v.record(v.string(), taskSchema),
  globalDependencies: names,
  globalEnv: names,
});

export type TurboTask = v.InferOutput<typeof taskSchema>;
export type TurboConfig = v.InferOutput<typeof turboConfigSchema>;
