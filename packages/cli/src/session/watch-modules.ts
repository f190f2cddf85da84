import { fileURLToPath } from 'node:url';

let files: Set<string> | null = null;

/**
 * The files of all modules that are loaded from the first call on, absolute; it grows. Modules are loaded once: who opens a
 * workspace again needs those of the first time, too.
 */
export function watchModules(): ReadonlySet<string> {
  return (files ??= startWatching());
}

function startWatching(): Set<string> {
  // Loaded here: most runs have no plugin.
  const { registerHooks } = process.getBuiltinModule('node:module');
  const seen = new Set<string>();
  registerHooks({
    resolve: (name, context, next) => {
      const found = next(name, context);
      if (found.url.startsWith('file:')) seen.add(fileURLToPath(found.url));
      return found;
    },
  });
  return seen;
}
