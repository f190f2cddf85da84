import type { RawTurboFile } from './turbo-schema.ts';

/** What the root's turbo.json says for all tasks. */
export interface GlobalSettings {
  readonly dependencies: readonly string[];
  readonly env: readonly string[];
  readonly passThroughEnv: readonly string[];
  readonly envMode: 'strict' | 'loose';
  /** As Turborepo writes it: `"10"`, `"50%"`. */
  readonly concurrency: string | null;
}

/** With `futureFlags.globalConfiguration` the keys stand under `global`, with shorter names. */
export function readGlobalSettings(raw: RawTurboFile): GlobalSettings {
  const global = raw.futureFlags?.globalConfiguration === true ? raw.global : null;
  return {
    dependencies: global?.inputs ?? raw.globalDependencies ?? [],
    env: global?.env ?? raw.globalEnv ?? [],
    passThroughEnv: global?.passThroughEnv ?? raw.globalPassThroughEnv ?? [],
    envMode: global?.envMode ?? raw.envMode ?? 'strict',
    concurrency: global?.concurrency ?? raw.concurrency ?? null,
  };
}
