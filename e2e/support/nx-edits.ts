import { lockfile } from './nx-features.ts';

/** Whatever a JSON file holds. */
type Json = ReturnType<typeof JSON.parse>;

/** Path -> new content; null deletes. A function changes the JSON that is there. */
export type Edit = Readonly<Record<string, string | object | null | ((json: Json) => void)>>;

export interface EditCase {
  readonly name: string;
  readonly files?: Edit;
  readonly env?: Readonly<Record<string, string>>;
  /** The first major of Nx that knows what is edited. */
  readonly since?: number;
  /** Nx has told apart since major 24 only what `hashes` speaks of. */
  readonly hashesSince?: number;
  /** Without versions to compare, `affected --files` counts the whole file of a `json` input, as Nx 24 does. */
  readonly countsWholeJson?: true;
  /** That the hashes of other tasks change than in Nx; `docs/compatibility.md` has the reasons. */
  readonly hashes?: Difference;
  /** The same of what `affected` selects. */
  readonly affected?: Difference;
}

/**
 * - `finer`: Nx hashes all of nx.json, the whole project or all ignore rules; Larder what concerns the task.
 * - `coarser`: Larder counts something that Nx leaves out, for the reason given in the documentation.
 */
export type Difference = 'finer' | 'coarser';

const json = (change: (value: Json) => void): ((value: Json) => void) => change;

/** Applied one after the other, each on top of those before. */
export const edits: readonly EditCase[] = [
  { name: 'a source', files: { 'packages/core/src/index.txt': 'core 2\n' } },
  { name: 'a source of a leaf', files: { 'apps/web/src/main.txt': 'web 2\n' } },
  { name: 'a file outside of production', files: { 'packages/core/src/index.test.txt': 'core test 2\n' } },
  { name: 'a file that production leaves out by name', files: { 'packages/core/README.md': '# core 2\n' } },
  { name: 'a file that the own production of a project leaves out', files: { 'packages/ui/notes.txt': 'notes 2\n' } },
  { name: 'a negation in the own production of a project', files: { 'packages/ui/src/button.story.txt': 'story 2\n' } },
  { name: 'a new file', files: { 'packages/util/src/more.txt': 'more\n' } },
  { name: 'a new file that nothing reads', files: { 'elsewhere/nothing.txt': 'x\n' } },
  { name: 'a deleted file', files: { 'packages/util/src/more.txt': null } },
  { name: 'a renamed file', files: { 'apps/server/src/main.txt': null, 'apps/server/src/renamed.txt': 'server\n' } },
  { name: 'an ignored file', files: { 'packages/core/dist/out.txt': 'out\n' } },
  {
    name: 'a file that a default takes from the root',
    files: { 'shared/global.txt': 'global 2\n' },
    hashes: 'coarser',
    affected: 'coarser',
  },
  { name: 'a field of a JSON input', files: { 'shared/settings.json': json((it) => (it.build.minify = false)) } },
  {
    name: 'a field that only one JSON input reads',
    countsWholeJson: true,
    files: { 'shared/settings.json': json((it) => (it.version = 2)) },
  },
  {
    name: 'a field that no JSON input reads',
    countsWholeJson: true,
    files: { 'shared/settings.json': json((it) => (it.docs.title = 'B')) },
  },
  {
    name: 'an excluded nested field',
    countsWholeJson: true,
    files: { 'shared/settings.json': json((it) => (it.build.target = 'es2023')) },
  },
  {
    name: 'a new field of JSON',
    countsWholeJson: true,
    files: { 'shared/settings.json': json((it) => (it.extra = true)) },
  },
  { name: 'a file that the spread adds', files: { 'packages/util/extra.conf': 'a=2\n' } },
  { name: 'the only input of a task', files: { 'packages/util/schema.txt': 'schema 2\n' } },
  { name: 'a file of the root project', files: { 'format.json': { width: 100 } } },
  { name: 'an input outside of the default', files: { 'apps/web/bundle.txt': 'bundle 2\n' } },
  { name: 'a folder of inputs', files: { 'apps/web/e2e/spec.txt': 'spec 2\n' } },
  { name: 'an addition to a folder of inputs', files: { 'apps/web/e2e/deep/more.txt': 'more\n' } },
  { name: 'docs of a project', files: { 'apps/web/docs/guide.txt': 'guide 2\n' } },
  { name: 'a named input of another project', files: { 'packages/core/README.md': '# core 3\n' } },
  { name: 'a readme of a dependency', files: { 'packages/ui/README.md': '# ui\n' } },
  { name: 'a readme of a project on its own', files: { 'apps/server/README.md': '# server 2\n' } },
  { name: 'a readme that the project itself has', files: { 'apps/web/README.md': '# web 2\n' } },
  { name: 'a page', files: { 'apps/web/pages.txt': 'pages 2\n' } },
  { name: 'an input that always counts', files: { 'apps/web/assets/logo.txt': 'logo 2\n' } },
  { name: 'an ignored input', affected: 'coarser', files: { 'apps/web/ignored/made.txt': 'made 2\n' } },
  { name: 'a new ignored input', affected: 'coarser', files: { 'apps/web/ignored/sub/new.txt': 'new\n' } },
  { name: 'an ignored file that a negation takes away', files: { 'apps/web/ignored/skip.txt': 'skip 2\n' } },
  { name: 'inputs by a pattern that is not the default', files: { 'apps/server/int/case.txt': 'case 2\n' } },
  { name: 'a file of a nested project', files: { 'apps/alone/nested/inner/file.txt': 'inner 2\n' } },
  { name: 'a file with an odd name', files: { 'apps/alone/a b [x].txt': 'odd 2\n' } },
  { name: 'a file around a nested project', files: { 'apps/alone/nested/between.txt': 'x\n' } },
  { name: 'a new folder', files: { 'apps/alone/fresh/file.txt': 'x\n' } },
  { name: 'rules of the inferred project', files: { 'packages/lint/src/rules.txt': 'rules 2\n' } },
  { name: 'the file that makes a target inferred', files: { 'packages/lint/check.json': { level: 2 } } },
  {
    name: 'the TypeScript options of the root',
    files: { 'tsconfig.base.json': { compilerOptions: { strict: false } } },
  },
  { name: 'a comment in a text', files: { 'packages/util/src/index.txt': 'util\n# note\n' } },
  { name: 'the end of lines', files: { 'packages/util/src/index.txt': 'util\r\n# note\r\n' } },
  { name: 'an empty file', files: { 'packages/core/src/empty.txt': '' } },
  { name: 'a dotfile', files: { 'packages/core/.hidden': 'x\n' } },
  { name: 'a variable that is an input', env: { STORY_THEME: 'dark' } },
  { name: 'a variable of a named input', env: { STORY_THEME: 'dark', TEST_MODE: 'slow' } },
  { name: 'a variable that no task reads', env: { STORY_THEME: 'dark', TEST_MODE: 'slow', UNREAD: '1' } },
  { name: 'a variable without a value', env: { STORY_THEME: '', TEST_MODE: 'slow' } },
  { name: 'no variables', hashes: 'coarser', env: {} },
  {
    name: 'a package of one project',
    files: { 'package-lock.json': lockfile({ lodash: '4.17.21' }) },
    hashes: 'finer',
  },
  {
    name: 'a package that a named dependency uses',
    hashes: 'finer',
    files: { 'package-lock.json': lockfile({ lodash: '4.17.21', 'js-tokens': '4.0.1' }) },
  },
  {
    name: 'a package of the root',
    files: { 'package-lock.json': lockfile({ lodash: '4.17.21', 'js-tokens': '4.0.1', typescript: '5.0.1' }) },
  },
  {
    name: 'a development package of a leaf',
    hashes: 'finer',
    files: {
      'package-lock.json': lockfile({ lodash: '4.17.21', 'js-tokens': '4.0.1', typescript: '5.0.1', vitest: '1.0.1' }),
    },
  },
  {
    name: 'the command of a target',
    hashes: 'finer',
    files: { 'apps/web/project.json': json((it) => (it.targets.report.command = 'echo report 2')) },
  },
  {
    name: 'an option of a target',
    hashes: 'finer',
    files: { 'apps/web/project.json': json((it) => (it.targets.build.options.define.API = 'z')) },
  },
  {
    name: 'the outputs of a target',
    hashes: 'finer',
    files: { 'apps/web/project.json': json((it) => (it.targets.docs.outputs = ['{projectRoot}/site'])) },
  },
  {
    name: 'the inputs of a target',
    files: { 'apps/web/project.json': json((it) => it.targets.pages.inputs.push('{projectRoot}/bundle.txt')) },
  },
  {
    name: 'a configuration that is not chosen',
    affected: 'finer',
    hashes: 'finer',
    files: { 'packages/ui/project.json': json((it) => (it.targets.stories.configurations.prod.port = 3)) },
  },
  {
    name: 'the configuration that is the default',
    affected: 'finer',
    hashes: 'finer',
    files: { 'packages/ui/project.json': json((it) => (it.targets.stories.configurations.dev.port = 4)) },
  },
  { name: 'a tag', files: { 'apps/web/project.json': json((it) => it.tags.push('new')) }, hashes: 'finer' },
  {
    name: 'a new target',
    hashes: 'finer',
    files: { 'apps/web/project.json': json((it) => (it.targets.plain = { command: 'echo new' })) },
  },
  {
    name: 'a script',
    affected: 'finer',
    hashes: 'finer',
    hashesSince: 24,
    files: { 'packages/core/package.json': json((it) => (it.scripts['test-unit'] = 'echo test core 2')) },
  },
  {
    name: 'a dependency of a target',
    hashes: 'coarser',
    files: { 'apps/web/project.json': json((it) => (it.targets.docs.dependsOn = ['report'])) },
  },
  {
    name: 'an implicit dependency more',
    files: { 'apps/alone/project.json': json((it) => (it.implicitDependencies = ['inner'])) },
  },
  {
    name: 'a dependency in a manifest',
    files: { 'packages/lint/package.json': json((it) => (it.dependencies['@acme/core'] = '*')) },
  },
  {
    name: 'a named input of the workspace',
    hashes: 'finer',
    files: { 'nx.json': json((it) => it.namedInputs.docs.push('{projectRoot}/pages.txt')) },
  },
  {
    name: 'defaults of a target',
    hashes: 'finer',
    files: { 'nx.json': json((it) => (it.targetDefaults['test-*'].outputs = ['{projectRoot}/coverage'])) },
  },
  { name: 'the number of slots', files: { 'nx.json': json((it) => (it.parallel = 2)) }, hashes: 'finer' },
  {
    name: 'a filtered default',
    since: 23,
    hashes: 'finer',
    files: { 'nx.json': json((it) => (it.targetDefaults.deploy[1].options.stage = 'other')) },
  },
  {
    name: 'a new project',
    files: {
      'packages/extra/package.json': { name: '@acme/extra', version: '1.0.0', scripts: { build: 'echo extra' } },
    },
  },
  { name: 'a project less', files: { 'packages/extra/package.json': null }, affected: 'finer' },
  {
    name: 'a rule that ignores files',
    hashes: 'finer',
    affected: 'finer',
    files: { '.gitignore': 'node_modules\ndist\nout\ncoverage\n.nx\n.larder\nignored\n*.log\nfresh\n' },
  },
];
