import { fileURLToPath } from 'node:url';

/** The files of all modules that are loaded from now on, absolute; it grows. */
export function watchModules(): ReadonlySet<string> {
  // Loaded here: most runs have no plugin.
  const { registerHooks } = process.getBuiltinModule('node:module');
  const files = new Set<string>();
  registerHooks({
    resolve: (name, context, next) => {
      const found = next(name, context);
      if (found.url.startsWith('file:')) files.add(fileURLToPath(found.url));
      return found;
    },
  });
  return files;
}
