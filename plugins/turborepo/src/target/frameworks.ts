/**
 * Variables that a framework builds into its output, by the dependency that tells the framework: the table
 * "Framework Inference" of Turborepo's documentation, version 2.11.
 */
const frameworks: readonly (readonly [dependency: string, patterns: readonly string[]])[] = [
  ['next', ['NEXT_PUBLIC_*']],
  ['vite', ['VITE_*']],
  ['react-scripts', ['REACT_APP_*']],
  ['gatsby', ['GATSBY_*']],
  ['nuxt', ['NUXT_*', 'NUXT_ENV_*']],
  ['nuxt-edge', ['NUXT_*', 'NUXT_ENV_*']],
  ['nuxt3', ['NUXT_*', 'NUXT_ENV_*']],
  ['expo', ['EXPO_PUBLIC_*']],
  ['astro', ['PUBLIC_*']],
  ['@sveltejs/kit', ['PUBLIC_*', 'VITE_*']],
  ['@remix-run/dev', ['REMIX_*']],
  ['solid-start', ['VITE_*']],
  ['@solidjs/start', ['VITE_*']],
  ['@redwoodjs/core', ['REDWOOD_ENV_*']],
  ['@sanity/cli', ['SANITY_STUDIO_*']],
  ['sanity', ['SANITY_STUDIO_*']],
];

/** A package may use several: the variables of all of them count. */
export function inferFrameworkEnv(dependencies: ReadonlySet<string>): readonly string[] {
  return [...new Set(frameworks.filter(([name]) => dependencies.has(name)).flatMap(([, patterns]) => patterns))];
}
