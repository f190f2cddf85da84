const controlCharacters = /[\u0000-\u001f\u007f]/;
const isAscii = /^[\u0000-\u007f]*$/;
const driveLetter = /^[A-Za-z]:/;
const maxPathBytes = 4096;
const maxNameBytes = 255;

/** Short names of plain characters, none of them reserved: nearly all paths, told by two looks. */
const plainPath = /^(?!\.\.?(?:\/|$))[\w.@+()[\]$~#,= -]+(?:\/(?!\.\.?(?:\/|$))[\w.@+()[\]$~#,= -]+)*$/;
const reservedName = /^\.larder(?:\/|$)|(?:^|\/)\.git(?:\/|$)/i;

/** Why a workspace-relative path may be neither stored nor restored; null where it may. Looks at the text alone. */
export function findPathProblem(path: string): string | null {
  if (path.length <= maxNameBytes && plainPath.test(path) && !reservedName.test(path)) return null;
  const problem = findTextProblem(path);
  if (problem !== null) return problem;
  const segments = path.split('/');
  if (segments.some((segment) => segment === '')) return 'has an empty segment';
  if (segments.some((segment) => segment === '.' || segment === '..')) return 'has a "." or ".." segment';
  if (segments.some((segment) => Buffer.byteLength(segment) > maxNameBytes)) return 'has a name over 255 bytes';
  return findReservedName(segments);
}

/**
 * Why a symbolic link may be neither stored nor restored; null where it may. A target is relative, climbs
 * only at its start (so that what it names does not depend on other links) and stays in the workspace.
 */
export function findLinkProblem(path: string, target: string): string | null {
  const problem = findTextProblem(target);
  if (problem !== null) return `its target ${problem}`;
  const segments = target.split('/').filter((segment) => segment !== '' && segment !== '.');
  const climbs = countLeadingClimbs(segments);
  if (segments.indexOf('..', climbs) !== -1) return 'its target climbs with ".." after a name';
  const folder = path.split('/').slice(0, -1);
  if (climbs > folder.length) return 'its target is outside the workspace';
  const resolved = [...folder.slice(0, folder.length - climbs), ...segments.slice(climbs)];
  const reserved = findReservedName(resolved);
  return reserved === null ? null : `its target ${reserved}`;
}

/** Two paths with the same key are one file on some file system: case is folded, Unicode composed. */
export function foldPath(path: string): string {
  if (isAscii.test(path)) return path.toLowerCase();
  return path.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}

function findTextProblem(text: string): string | null {
  if (text === '') return 'is empty';
  if (!text.isWellFormed()) return 'is not valid Unicode';
  if (controlCharacters.test(text)) return 'has a control character';
  if (text.includes('\\')) return 'has a backslash';
  if (text.startsWith('/') || driveLetter.test(text)) return 'is absolute';
  return Buffer.byteLength(text) > maxPathBytes ? 'is over 4096 bytes' : null;
}

/** git runs hooks from `.git`, and `.larder` holds the cache itself: no task may declare either. */
function findReservedName(segments: readonly string[]): string | null {
  if (segments.some((segment) => foldPath(segment) === '.git')) return 'is inside .git';
  return segments[0] !== undefined && foldPath(segments[0]) === '.larder' ? 'is inside .larder' : null;
}

function countLeadingClimbs(segments: readonly string[]): number {
  const first = segments.findIndex((segment) => segment !== '..');
  return first === -1 ? segments.length : first;
}
