/** A row of the table in docs/ARCHITECTURE.md: a package, and the packages that its sources may import. */
export interface Room {
  readonly folder: string;
  readonly mayImport: ReadonlySet<string>;
}

/** How the table writes what is not a folder of `packages`. */
const specialNames: Readonly<Record<string, readonly string[]>> = {
  nothing: [],
  "the daemon's client": ['packages/daemon'],
};

/** Reads the rooms and the libraries that core may use from the text of docs/ARCHITECTURE.md. */
export function parseArchitecture(text: string): {
  readonly rooms: readonly Room[];
  readonly coreLibraries: ReadonlySet<string>;
} {
  const rows = [...text.matchAll(/^\| `((?:packages|plugins)\/[\w-]+)` +\|[^|]*\|([^|]*)\|$/gm)];
  const folders = rows.map(([, folder = '']) => folder);
  const rooms = rows.map(([, folder = '', cell = '']) => ({ folder, mayImport: parseCell(cell.trim(), folders) }));
  const libraries = /`core` uses only libraries [^:]*: ([^.]*)\./.exec(text)?.[1];
  if (rooms.length === 0 || libraries === undefined)
    throw new Error('docs/ARCHITECTURE.md has lost its table of rooms');
  return { rooms, coreLibraries: new Set(libraries.split(', ')) };
}

function parseCell(cell: string, folders: readonly string[]): ReadonlySet<string> {
  if (cell === 'all') return new Set(folders);
  const except = /^all but (.*)$/.exec(cell)?.[1];
  if (except === undefined) return new Set(cell.split(', ').flatMap((name) => parseName(name, folders)));
  const excluded = new Set(except.split(', ').flatMap((name) => parseName(name, folders)));
  return new Set(folders.filter((folder) => !excluded.has(folder)));
}

function parseName(name: string, folders: readonly string[]): readonly string[] {
  const found = specialNames[name] ?? folders.filter((folder) => folder === `packages/${name}`);
  if (found.length === 0 && name !== 'nothing') throw new Error(`docs/ARCHITECTURE.md names an unknown room: ${name}`);
  return found;
}
