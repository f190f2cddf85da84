import type { FileTree } from './make-workspace.ts';

/**
 * A workspace that uses every part of Nx's configuration that Larder reads, each where it can be told
 * from the others: an edit to one file or setting should reach a known set of tasks.
 */
export function nxFeatures(): FileTree {
  return {
    '.gitignore': 'node_modules\ndist\nout\ncoverage\n.nx\n.larder\nignored\n*.log\n',
    'package.json': {
      name: 'acme',
      version: '1.0.0',
      private: true,
      workspaces: ['packages/*', 'apps/*'],
      devDependencies: { typescript: '5.0.0' },
      // A reading of its own: the targets of the root project.
      nx: { targets: { format: { command: 'echo format', inputs: ['{projectRoot}/format.json'] } } },
    },
    'package-lock.json': lockfile({}),
    'format.json': { width: 80 },
    'tsconfig.base.json': { compilerOptions: { strict: true } },
    'nx.json': nxJson,
    'shared/global.txt': 'global\n',
    'shared/settings.json': { build: { minify: true, target: 'es2022' }, docs: { title: 'Acme' }, version: 1 },
    'tools/infer.cjs': inferPlugin,
    ...core,
    ...util,
    ...ui,
    ...web,
    ...server,
    ...lint,
    ...standalone,
  };
}

const nxJson = {
  defaultBase: 'main',
  plugins: [{ plugin: './tools/infer.cjs', options: { name: 'check' } }],
  namedInputs: {
    default: ['{projectRoot}/**/*', 'sharedGlobals'],
    production: ['default', '!{projectRoot}/**/*.test.txt', '!{projectRoot}/README.md'],
    tests: ['{projectRoot}/**/*.test.txt', { env: 'TEST_MODE' }],
    sharedGlobals: ['{workspaceRoot}/shared/global.txt'],
    docs: ['{projectRoot}/README.md'],
  },
  targetDefaults: {
    build: {
      cache: true,
      dependsOn: ['^build'],
      inputs: ['production', '^production'],
      outputs: ['{projectRoot}/dist'],
    },
    'test-*': { cache: true, inputs: ['default', '^production', 'tests'] },
    './tools/exec:copy': { cache: true, inputs: ['{projectRoot}/assets/**/*'], options: { from: 'assets' } },
    deploy: [
      { cache: true, inputs: ['docs'], options: { stage: 'any' } },
      { filter: { projects: ['tag:app'] }, options: { stage: 'app' }, dependsOn: ['build'] },
    ],
    check: [
      { inputs: ['default'] },
      { filter: { plugin: './tools/infer.cjs' }, inputs: ['{projectRoot}/check.json'], options: { from: 'filter' } },
    ],
  },
};

const core: FileTree = {
  'packages/core/package.json': {
    name: '@acme/core',
    version: '1.0.0',
    dependencies: { lodash: '^4.0.0' },
    scripts: { build: 'echo build core', 'test-unit': 'echo test core' },
  },
  'packages/core/src/index.txt': 'core\n',
  'packages/core/src/index.test.txt': 'core test\n',
  'packages/core/README.md': '# core\n',
};

const util: FileTree = {
  'packages/util/package.json': {
    name: '@acme/util',
    version: '1.0.0',
    scripts: { build: 'echo build util', generate: 'mkdir -p out && echo generated > out/types.txt' },
    dependencies: { '@acme/core': '1.0.0' },
    nx: {
      tags: ['lib', 'scope:util'],
      targets: {
        build: { dependsOn: ['...', 'generate'], inputs: ['...', '{projectRoot}/extra.conf'] },
        generate: { cache: true, inputs: ['{projectRoot}/schema.txt'], outputs: ['{projectRoot}/out'] },
      },
    },
  },
  'packages/util/src/index.txt': 'util\n',
  'packages/util/schema.txt': 'schema\n',
  'packages/util/extra.conf': 'a=1\n',
  'packages/util/.env': 'FROM_PROJECT=util\nLAYERED=project\n',
};

const ui: FileTree = {
  // The folder has both files: project.json names it, package.json gives the dependencies.
  'packages/ui/package.json': {
    name: '@acme/ui',
    version: '1.0.0',
    dependencies: { '@acme/core': '1.0.0', react: '^18.0.0' },
  },
  'packages/ui/project.json': {
    name: 'ui',
    tags: ['lib', 'scope:ui'],
    implicitDependencies: ['@acme/util'],
    namedInputs: { production: ['{projectRoot}/src/**/*', '!{projectRoot}/src/**/*.story.txt'] },
    targets: {
      build: {
        command: 'echo build ui',
        options: { outputPath: 'dist/ui' },
        outputs: ['{options.outputPath}', '!{options.outputPath}/**/*.map'],
      },
      'test-unit': { command: 'echo test ui', options: { mode: 'fast' } },
      stories: {
        command: 'echo stories',
        cache: true,
        inputs: [
          { fileset: '{projectRoot}/src/**/*.story.txt' },
          { env: 'STORY_THEME' },
          { runtime: 'cat shared/global.txt' },
        ],
        configurations: { dev: { port: 1 }, prod: { port: 2, outputPath: 'out/ui' } },
        defaultConfiguration: 'dev',
        outputs: ['{workspaceRoot}/out/{projectName}', '{projectRoot}/coverage/*.json'],
      },
    },
  },
  'packages/ui/src/button.txt': 'button\n',
  'packages/ui/src/button.story.txt': 'button story\n',
  'packages/ui/notes.txt': 'notes\n',
};

const web: FileTree = {
  'apps/web/project.json': {
    name: 'web',
    tags: ['app', 'scope:web'],
    implicitDependencies: ['ui', '@acme/core', '!@acme/util'],
    targets: {
      build: {
        command: 'echo build web',
        options: { outputPath: 'dist/apps/web', define: { API: 'x' } },
        outputs: ['{options.outputPath}'],
        inputs: [
          '...',
          { externalDependencies: ['react'] },
          { json: '{workspaceRoot}/shared/settings.json', fields: ['build'] },
        ],
        configurations: { production: { outputPath: 'dist/apps/web-prod', define: { API: 'y' } }, staging: {} },
      },
      bundle: {
        command: 'echo bundle',
        cache: true,
        dependsOn: [{ target: 'build' }, { target: 'generate', projects: ['@acme/util'] }],
        inputs: ['{projectRoot}/bundle.txt', { dependentTasksOutputFiles: '**/*.txt', transitive: true }],
        outputs: ['{projectRoot}/bundle'],
      },
      serve: { command: 'sleep 60', cache: false, continuous: true, dependsOn: ['build'] },
      e2e: {
        command: 'echo e2e',
        cache: true,
        parallelism: false,
        dependsOn: [
          { target: 'serve', inputs: false },
          { target: 'build', projects: 'tag:scope:ui' },
        ],
        inputs: ['{projectRoot}/e2e/**/*', { workingDirectory: 'relative' }],
      },
      deploy: { command: 'echo deploy web' },
      docs: {
        command: 'echo docs',
        cache: true,
        inputs: [
          { input: 'docs', projects: ['@acme/core'] },
          { input: 'docs', dependencies: true },
          '{projectRoot}/docs/**/*',
        ],
      },
      pages: {
        command: 'echo pages',
        cache: true,
        inputs: [{ input: 'production', projects: ['server'], dependencies: true }, '{projectRoot}/pages.txt'],
      },
      assets: {
        command: 'echo assets',
        cache: true,
        inputs: [
          { fileset: '{projectRoot}/assets/**/*', always: true },
          { fileset: '{projectRoot}/ignored/**/*', includeIgnored: true },
          { fileset: '!{projectRoot}/ignored/skip.txt', includeIgnored: true },
          { fileset: '{projectRoot}/README.md', dependencies: true },
        ],
      },
      // Its name has defaults, and so has its executor, which wins.
      'test-copy': { executor: './tools/exec:copy', options: { to: 'out' } },
      report: {
        command: 'echo report',
        cache: true,
        inputs: [{ json: '{workspaceRoot}/shared/settings.json', excludeFields: ['docs', 'build.target'] }],
      },
    },
  },
  'apps/web/src/main.txt': 'web\n',
  'apps/web/bundle.txt': 'bundle\n',
  'apps/web/e2e/spec.txt': 'spec\n',
  'apps/web/docs/guide.txt': 'guide\n',
  'apps/web/pages.txt': 'pages\n',
  'apps/web/assets/logo.txt': 'logo\n',
  'apps/web/ignored/made.txt': 'made\n',
  'apps/web/ignored/skip.txt': 'skip\n',
  'apps/web/README.md': '# web\n',
};

const server: FileTree = {
  'apps/server/package.json': {
    name: 'server',
    version: '1.0.0',
    scripts: {
      build: 'echo build server',
      'test-unit': 'echo test server',
      'test-int': 'echo int server',
      deploy: 'echo deploy',
    },
    dependencies: { '@acme/util': '1.0.0' },
    devDependencies: { vitest: '^1.0.0' },
    nx: {
      tags: ['app'],
      implicitDependencies: ['tag:scope:u*', '!ui'],
      includedScripts: ['build', 'test-unit', 'test-int', 'deploy'],
      targets: { 'test-int': { dependsOn: ['test-*', '^build', 'web:build'], inputs: ['{projectRoot}/int/**/*'] } },
    },
  },
  'apps/server/src/main.txt': 'server\n',
  'apps/server/int/case.txt': 'case\n',
  'apps/server/README.md': '# server\n',
};

/** Its targets are inferred by a plugin of the workspace. */
const lint: FileTree = {
  'packages/lint/check.json': { level: 1 },
  'packages/lint/package.json': { name: '@acme/lint', version: '1.0.0', dependencies: { '@acme/util': '*' } },
  'packages/lint/src/rules.txt': 'rules\n',
};

/** Declares nothing: everything that Nx assumes holds. */
const standalone: FileTree = {
  'apps/alone/project.json': {
    name: 'alone',
    targets: { plain: { command: 'echo plain' }, group: { dependsOn: ['plain', '^build'] } },
  },
  'apps/alone/a b [x].txt': 'odd name\n',
  'apps/alone/nested/inner/project.json': { name: 'inner', targets: { plain: { command: 'echo inner' } } },
  'apps/alone/nested/inner/file.txt': 'inner\n',
};

const inferPlugin = `
const { dirname } = require('node:path');
module.exports = {
  name: 'infer',
  createNodesV2: ['**/check.json', (files, options) => files.map((file) => [file, { projects: { [dirname(file)]: { targets: {
    [options.name]: { command: 'echo check', cache: true, inputs: ['default', '^production'] },
  } } } }])],
};
`;

/** Packages of the registry, as npm writes them; `versions` replaces single ones. */
export function lockfile(versions: Readonly<Record<string, string>>): object {
  const version = (name: string, fallback: string): string => versions[name] ?? fallback;
  const entry = (name: string, fallback: string, dependencies?: object): object => ({
    version: version(name, fallback),
    resolved: `https://registry.example/${name}/-/${name}-${version(name, fallback)}.tgz`,
    integrity: `sha512-${Buffer.from(`${name}@${version(name, fallback)}`).toString('base64')}`,
    ...(dependencies === undefined ? {} : { dependencies }),
  });
  const link = (path: string): object => ({ resolved: path, link: true });
  return {
    name: 'acme',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': {
        name: 'acme',
        version: '1.0.0',
        workspaces: ['packages/*', 'apps/*'],
        devDependencies: { typescript: '5.0.0' },
      },
      'apps/server': {
        version: '1.0.0',
        dependencies: { '@acme/util': '1.0.0' },
        devDependencies: { vitest: '^1.0.0' },
      },
      'packages/core': { name: '@acme/core', version: '1.0.0', dependencies: { lodash: '^4.0.0' } },
      'packages/lint': { name: '@acme/lint', version: '1.0.0', dependencies: { '@acme/util': '*' } },
      'packages/ui': { name: '@acme/ui', version: '1.0.0', dependencies: { '@acme/core': '1.0.0', react: '^18.0.0' } },
      'packages/util': { name: '@acme/util', version: '1.0.0', dependencies: { '@acme/core': '1.0.0' } },
      'node_modules/@acme/core': link('packages/core'),
      'node_modules/@acme/lint': link('packages/lint'),
      'node_modules/@acme/ui': link('packages/ui'),
      'node_modules/@acme/util': link('packages/util'),
      'node_modules/server': link('apps/server'),
      'node_modules/js-tokens': entry('js-tokens', '4.0.0'),
      'node_modules/lodash': entry('lodash', '4.17.20'),
      'node_modules/loose-envify': entry('loose-envify', '1.4.0', { 'js-tokens': '^3.0.0 || ^4.0.0' }),
      'node_modules/react': entry('react', '18.2.0', { 'loose-envify': '^1.1.0' }),
      'node_modules/typescript': entry('typescript', '5.0.0'),
      'node_modules/vitest': entry('vitest', '1.0.0'),
    },
  };
}
