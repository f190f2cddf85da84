import { expect, test } from 'vitest';
import { findEnvDefinition, heedsEnvFiles, isolationVariable } from './env-files.ts';
import { proposeIsolation, type IsolationProposal, type IsolationRequest } from './propose-isolation.ts';

function propose(
  files: Readonly<Record<string, string>>,
  request: Partial<Omit<IsolationRequest, 'read'>> = {},
): IsolationProposal {
  const plugins = ['@larder/nx'];
  return proposeIsolation({
    isolate: undefined,
    plugins,
    nxVersion: '24.0.6',
    ...request,
    read: (file) => files[file] ?? null,
  });
}

function textAfter(...args: Parameters<typeof propose>): string | null {
  const proposal = propose(...args);
  return proposal.kind === 'edit' ? proposal.after : null;
}

const line = 'NX_ISOLATE_PLUGINS=false';

test.each([
  [{}, /^# .*\nNX_ISOLATE_PLUGINS=false\n$/],
  [{ '.env': 'A=1' }, /^A=1\n# .*\nNX_ISOLATE_PLUGINS=false\n$/],
  [{ '.env': 'A=1\r\n' }, /^A=1\r\n# .*\r\nNX_ISOLATE_PLUGINS=false\r\n$/],
  [{ '.env': '# NX_ISOLATE_PLUGINS=true\nMY_NX_ISOLATE_PLUGINS=true\n' }, /\nNX_ISOLATE_PLUGINS=false\n$/],
])('where no other plugin is there, the line is added at the end: %j', (files, expected) => {
  expect(textAfter(files)).toMatch(expected);
});

test('what was added is taken out to the byte, and nothing else is', () => {
  for (const before of ['A=1\n', 'A=1\r\n', '']) {
    const added = textAfter({ '.env': before }) ?? '';
    expect(textAfter({ '.env': `${added}B=2\n` }, { isolate: true })).toBe(`${before}B=2\n`);
  }
  expect(propose({ '.env': `${line}\n` }, { isolate: true })).toEqual({ kind: 'leave', note: null });
});

test.each([
  [{ '.env': `${line}\n` }],
  [{ '.env': 'export NX_ISOLATE_PLUGINS = "true" # why\n' }],
  [{ '.env.local': 'NX_ISOLATE_PLUGINS=\n' }],
  [{ '.local.env': 'NX_ISOLATE_PLUGINS: true\n' }],
])('a value that is there stays, whatever is asked for: %j', (files) => {
  expect([textAfter(files), textAfter(files, { isolate: false })]).toEqual([null, null]);
});

test('a value that says otherwise is named to whoever asks for the line', () => {
  const proposal = propose({ '.env.local': 'NX_ISOLATE_PLUGINS=true\n' }, { isolate: false });
  expect(proposal).toMatchObject({ note: expect.stringContaining('.env.local sets NX_ISOLATE_PLUGINS to "true"') });
});

test('with other plugins it is added only where somebody asks for it', () => {
  const plugins = ['@larder/nx', { plugin: '@nx/vite/plugin', options: {} }, './tools/own.ts'];
  const note = expect.stringContaining('@nx/vite/plugin, ./tools/own.ts and @larder/nx');
  expect(propose({}, { plugins })).toEqual({ kind: 'leave', note });
  expect(textAfter({}, { plugins, isolate: false })).toContain(line);
});

test('nx that would not heed the line gets none, and who asks for it is told', () => {
  for (const nxVersion of ['20.8.4', '21.6.11', '22.0.4', null]) {
    expect(propose({}, { nxVersion })).toEqual({ kind: 'leave', note: null });
    expect(propose({}, { nxVersion, isolate: false })).toMatchObject({ note: expect.stringContaining('environment') });
  }
  expect(['22.1.0', '23.0.0', '24.0.0-beta.1'].map(heedsEnvFiles)).toEqual([true, true, true]);
});

test('the value that holds is the last one of the file that wins', () => {
  const files = { '.env': 'NX_ISOLATE_PLUGINS=1\n', '.env.local': `NX_ISOLATE_PLUGINS='true'\n${line} # last\n` };
  const read = (file: string) => (file in files ? files[file as keyof typeof files] : null);
  expect(findEnvDefinition(isolationVariable, read)).toEqual({ file: '.env.local', value: 'false' });
});
