/** The message of a workflow command ends at the line, and `%` starts an escape. */
export function escapeGithubData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

export function escapeGithubProperty(text: string): string {
  return escapeGithubData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

export function escapeAzure(text: string): string {
  return text
    .replaceAll('%', '%AZP25')
    .replaceAll(';', '%3B')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A')
    .replaceAll(']', '%5D');
}

export function escapeTeamCity(text: string): string {
  return text
    .replaceAll(/[|'[\]]/g, (character) => `|${character}`)
    .replaceAll('\n', '|n')
    .replaceAll('\r', '|r')
    .replaceAll(/[\u0080-\uffff]/g, (character) => `|0x${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** GitLab takes letters, digits, `_`, `.` and `-`. */
export function toSectionName(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z0-9_.-]+/g, '_');
}
