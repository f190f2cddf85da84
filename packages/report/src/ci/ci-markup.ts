import type { Annotation } from '../annotations/annotation.ts';
import type { CiProvider } from './detect-ci-provider.ts';
import { escapeAzure, escapeGithubData, escapeGithubProperty, escapeTeamCity, toSectionName } from './escape-markup.ts';

/** How a CI system's log folds text and marks problems. Each text is whole lines, or `''` where it cannot. */
export interface CiMarkup {
  /** `title` is one line without styles. */
  openGroup(title: string, atEpochMs: number): string;
  closeGroup(title: string, atEpochMs: number): string;
  /** `source` names what found it, mostly a task. */
  annotate(annotation: Annotation, source: string): string;
}

/**
 * The formats are those of each system's documentation: GitHub's "Workflow commands", GitLab's "Custom
 * collapsible sections", Azure's "Logging commands", Buildkite's "Managing log output" and TeamCity's
 * "Service messages".
 */
export function createCiMarkup(provider: CiProvider): CiMarkup {
  switch (provider) {
    case 'github':
      return github;
    case 'gitlab':
      return gitlab;
    case 'azure':
      return azure;
    case 'buildkite':
      return buildkite;
    case 'teamcity':
      return teamCity;
  }
}

const github: CiMarkup = {
  openGroup: (title) => `::group::${escapeGithubData(title)}\n`,
  closeGroup: () => '::endgroup::\n',
  annotate: (annotation, source) => {
    const place = describePlace(annotation, { file: 'file', line: 'line', column: 'col' }, escapeGithubProperty);
    const properties = [...place, `title=${escapeGithubProperty(source)}`].join(',');
    return `::${annotation.severity} ${properties}::${escapeGithubData(annotation.message)}\n`;
  },
};

const gitlab: CiMarkup = {
  openGroup: (title, at) =>
    `\u001B[0Ksection_start:${Math.floor(at / 1000)}:${toSectionName(title)}[collapsed=true]\r\u001B[0K${title}\n`,
  closeGroup: (title, at) => `\u001B[0Ksection_end:${Math.floor(at / 1000)}:${toSectionName(title)}\r\u001B[0K\n`,
  annotate: () => '',
};

const azure: CiMarkup = {
  openGroup: (title) => `##[group]${title}\n`,
  closeGroup: () => '##[endgroup]\n',
  annotate: (annotation, source) => {
    const names = { file: 'sourcepath', line: 'linenumber', column: 'columnnumber' };
    const properties = [`type=${annotation.severity}`, ...describePlace(annotation, names, escapeAzure)].join(';');
    return `##vso[task.logissue ${properties}]${escapeAzure(`${source}: ${annotation.message}`)}\n`;
  },
};

/** Buildkite's groups end where the next begins; its annotations need the agent's own command. */
const buildkite: CiMarkup = {
  openGroup: (title) => `--- ${title}\n`,
  closeGroup: () => '',
  annotate: () => '',
};

const teamCity: CiMarkup = {
  openGroup: (title) => `##teamcity[blockOpened name='${escapeTeamCity(title)}']\n`,
  closeGroup: (title) => `##teamcity[blockClosed name='${escapeTeamCity(title)}']\n`,
  annotate: ({ file, line, severity, message }, source) => {
    const place = file === null ? '' : `${file}${line === null ? '' : `:${line}`}: `;
    const status = severity === 'error' ? 'ERROR' : 'WARNING';
    return `##teamcity[message text='${escapeTeamCity(`${source}: ${place}${message}`)}' status='${status}']\n`;
  },
};

function describePlace(
  { file, line, column }: Annotation,
  names: { readonly file: string; readonly line: string; readonly column: string },
  escape: (text: string) => string,
): readonly string[] {
  if (file === null) return [];
  const place = [`${names.file}=${escape(file)}`];
  if (line !== null) place.push(`${names.line}=${line}`);
  if (line !== null && column !== null) place.push(`${names.column}=${column}`);
  return place;
}
