/** Decides whether Nx loads plugins into processes of their own: any value but `false` does. */
export const isolationVariable = 'NX_ISOLATE_PLUGINS';

/**
 * The files of the workspace's root that Nx takes variables from, as its `loadRootEnvFiles` reads them: the first one that
 * sets a variable wins, and the environment wins over all of them.
 */
const envFiles = ['.local.env', '.env.local', '.env'] as const;

/** The one that people share. */
export const sharedEnvFile = '.env';

export interface Definition {
  readonly file: string;
  readonly value: string;
}

/** How dotenv reads a line that sets a variable. */
const definition =
  /^[ \t]*(?:export[ \t]+)?([\w.-]+)(?:[ \t]*=[ \t]*|:[ \t]+)(?:'([^']*)'|"([^"]*)"|`([^`]*)`|([^#\r\n]*))/gm;

/** Where the files set a variable, if they do. `read` gives the text of a file of the root; null: there is none. */
export function findEnvDefinition(variable: string, read: (file: string) => string | null): Definition | null {
  for (const file of envFiles) {
    // Within a file the last line wins.
    const found = [...(read(file) ?? '').matchAll(definition)].findLast(([, name]) => name === variable);
    if (found === undefined) continue;
    const [, , ...values] = found;
    return { file, value: (values.find((each) => each !== undefined) ?? '').trim() };
  }
  return null;
}

/** From 22.1 on nx reads the files before it decides about plugins; before that only its daemon inherits what they say. */
export function heedsEnvFiles(nxVersion: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)\./.exec(nxVersion) ?? [];
  return Number(major) > 22 || (Number(major) === 22 && Number(minor) >= 1);
}
