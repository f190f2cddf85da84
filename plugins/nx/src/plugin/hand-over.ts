type Env = Record<string, string | undefined>;

/**
 * Sets variables for the run that a hook runs for: Nx hands on whatever is assigned while the hook runs. A process that
 * `outlivesRun` has the values of before again at once: from 22 on, Nx's daemon computes the project graph anew where its
 * environment is not that of the next command.
 */
export function handOver(
  variables: Readonly<Record<string, string>>,
  env: Env,
  { outlivesRun }: { readonly outlivesRun: boolean },
): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = env[name];
    env[name] = value;
    if (outlivesRun) restore(env, name, before);
  }
}

/** Nx does not see what is deleted or defined. */
function restore(env: Env, name: string, value: string | undefined): void {
  if (value === undefined) delete env[name];
  else Object.defineProperty(env, name, { value, configurable: true, enumerable: true, writable: true });
}
