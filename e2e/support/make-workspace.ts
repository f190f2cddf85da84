import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

export type FileTree = Readonly<Record<string, string | object>>;

/** A folder that is gone after the test. */
export function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'larder e2e ü-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Writes the files (objects as JSON) and commits them as the first commit on `main`. */
export function makeWorkspace(files: FileTree): string {
  const root = makeFolder();
  writeFiles(root, files);
  git(root, 'init', '-q', '-b', 'main');
  commitAll(root, 'first');
  return root;
}

export function writeFiles(root: string, files: FileTree): void {
  for (const [path, content] of Object.entries(files)) {
    const absolute = join(root, path);
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
  }
}

export function commitAll(root: string, message: string): void {
  git(root, 'add', '-A');
  git(root, '-c', 'user.name=e2e', '-c', 'user.email=e2e@localhost', 'commit', '-q', '-m', message);
}

export function git(root: string, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/**
 * Three projects in a row, `app` -> `ui` -> `core`, whose build copies the sources and appends a line to
 * `runs.log` beside the workspace's root, so that a test can count executions.
 */
export function layeredWorkspace(overrides: FileTree = {}): string {
  return makeWorkspace({
    '.gitignore': 'node_modules\ndist\n*.log\n',
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'] },
    'nx.json': {
      namedInputs: { default: ['{projectRoot}/**/*'] },
      targetDefaults: {
        build: { dependsOn: ['^build'], outputs: ['{projectRoot}/dist'], cache: true },
        test: { dependsOn: ['build'], cache: true },
      },
    },
    'tools/build.mjs': buildScript,
    ...project('core', []),
    ...project('ui', ['core']),
    ...project('app', ['ui']),
    ...overrides,
  });
}

export function project(name: string, dependencies: readonly string[]): FileTree {
  return {
    [`packages/${name}/package.json`]: {
      name,
      version: '1.0.0',
      scripts: { build: 'node ../../tools/build.mjs', test: 'node -e "console.log(\'tested\')"' },
      dependencies: Object.fromEntries(dependencies.map((dependency) => [dependency, '1.0.0'])),
    },
    [`packages/${name}/src/index.txt`]: `${name} v1\n`,
  };
}

const buildScript = `
import { appendFileSync, cpSync, mkdirSync } from 'node:fs';
import { basename } from 'node:path';
mkdirSync('dist', { recursive: true });
cpSync('src', 'dist', { recursive: true });
appendFileSync('../../runs.log', basename(process.cwd()) + '\\n');
console.log('built ' + basename(process.cwd()));
`;
