import { describe, expect, test } from 'vitest';
import { createCiMarkup } from './ci-markup.ts';
import { detectCiProvider, type CiProvider } from './detect-ci-provider.ts';

const problem = { severity: 'error', file: 'src/a,b.ts', line: 3, column: 5, message: 'no: 50%\nnext]|' } as const;

function show(provider: CiProvider): string {
  const markup = createCiMarkup(provider);
  const group = `${markup.openGroup('✔ web:build', 1_700_000_000_500)}text\n${markup.closeGroup('✔ web:build', 1_700_000_001_500)}`;
  return `${group}${markup.annotate(problem, 'web:build')}`.replaceAll('\u001B', '<ESC>').replaceAll('\r', '<CR>');
}

describe('the markup', () => {
  test('of GitHub', () => {
    expect(show('github')).toMatchInlineSnapshot(`
      "::group::✔ web:build
      text
      ::endgroup::
      ::error file=src/a%2Cb.ts,line=3,col=5,title=web%3Abuild::no: 50%25%0Anext]|
      "
    `);
  });
  test('of GitLab', () => {
    expect(show('gitlab')).toMatchInlineSnapshot(`
      "<ESC>[0Ksection_start:1700000000:_web_build[collapsed=true]<CR><ESC>[0K✔ web:build
      text
      <ESC>[0Ksection_end:1700000001:_web_build<CR><ESC>[0K
      "
    `);
  });
  test('of Azure', () => {
    expect(show('azure')).toMatchInlineSnapshot(`
      "##[group]✔ web:build
      text
      ##[endgroup]
      ##vso[task.logissue type=error;sourcepath=src/a,b.ts;linenumber=3;columnnumber=5]web:build: no: 50%AZP25%0Anext%5D|
      "
    `);
  });
  test('of Buildkite', () => {
    expect(show('buildkite')).toMatchInlineSnapshot(`
      "--- ✔ web:build
      text
      "
    `);
  });
  test('of TeamCity', () => {
    expect(show('teamcity')).toMatchInlineSnapshot(`
      "##teamcity[blockOpened name='|0x2714 web:build']
      text
      ##teamcity[blockClosed name='|0x2714 web:build']
      ##teamcity[message text='web:build: src/a,b.ts:3: no: 50%|nnext|]||' status='ERROR']
      "
    `);
  });
  test('of a problem without a place names no file', () => {
    const plain = { ...problem, file: null, line: null, column: null };
    expect(createCiMarkup('github').annotate(plain, 'web:build')).not.toContain('file=');
  });
});

test('each system is known by its own variable, and a bare CI=true by none', () => {
  expect(detectCiProvider({ GITHUB_ACTIONS: 'true' })).toBe('github');
  expect(detectCiProvider({ GITLAB_CI: 'true' })).toBe('gitlab');
  expect(detectCiProvider({ TF_BUILD: 'True' })).toBe('azure');
  expect(detectCiProvider({ BUILDKITE: 'true' })).toBe('buildkite');
  expect(detectCiProvider({ TEAMCITY_VERSION: '2026.1' })).toBe('teamcity');
  expect(detectCiProvider({ CI: 'true' })).toBe(null);
});
