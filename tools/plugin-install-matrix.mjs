// Installs the packed Nx plugin as users do, by each package manager and on each Node, and lets nx use it:
// node tools/plugin-install-matrix.mjs [rows], for example: npm pnpm yarn1 yarn yarn-pnp bun npm@node22 npm@node24.
// Package managers, Node and nx come from the registry, into temporary folders; nothing leads into this repository. Each
// row builds cold, loses all of Nx's caches and gets everything back, hands its targets to Larder, builds cold and from
// the cache, and type-checks a file that imports the plugin. Ends with 1 where a row differs. Bundles have to be built.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';

const run = promisify(execFile);
const repository = dirname(import.meta.dirname);
const ownPlatform = '@nx/nx-linux-x64-gnu';
const nxVersion = process.env.LARDER_E2E_NX ?? '24.0.6';
/** Packages are found by yarn alone, which patches the compiler of the workspace so that it finds them, too. */
const ofPnp = {
  start: (bin) => [join(bin, 'yarn'), 'nx'],
  compile: (bin) => [join(bin, 'yarn'), 'tsc'],
  devDependencies: { typescript: '~5.9.0' },
};
const managers = {
  npm: { packages: [], install: () => ['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error'], link: '*' },
  pnpm: {
    packages: ['pnpm'],
    install: (bin) => [join(bin, 'pnpm'), 'install', '--no-frozen-lockfile', '--ignore-scripts'],
    link: 'workspace:*',
    files: { 'pnpm-workspace.yaml': 'packages:\n  - packages/*\n' },
  },
  yarn1: { packages: ['yarn@1'], install: (bin) => [join(bin, 'yarn'), 'install', '--no-progress'], link: '*' },
  yarn: berry('node-modules'),
  'yarn-pnp': berry('pnp'),
  bun: { packages: ['bun'], install: (bin) => [join(bin, 'bun'), 'install'], link: 'workspace:*' },
};

function berry(nodeLinker) {
  const settings = `nodeLinker: ${nodeLinker}\nenableTelemetry: false\nenableImmutableInstalls: false\nenableGlobalCache: true\n`;
  return {
    packages: ['@yarnpkg/cli-dist'],
    install: (bin) => [join(bin, 'yarn'), 'install'],
    link: 'workspace:*',
    files: { '.yarnrc.yml': settings, 'yarn.lock': '' },
    ...(nodeLinker === 'pnp' ? ofPnp : {}),
  };
}

const rows = process.argv.length > 2 ? process.argv.slice(2) : [...Object.keys(managers), 'npm@node22', 'npm@node24'];
/** yarn looks up every platform's binary of nx; a registry that has only some of them would stop it. */
const platforms = await findMissingPlatforms();
const folder = mkdtempSync(join(tmpdir(), 'larder-install ü-'));
try {
  const tarball = await packPlugin();
  for (const row of rows) {
    try {
      console.log(`${row}: ${await tryRow(row, tarball)}`);
    } catch (error) {
      process.exitCode = 1;
      console.log(
        `${row}: failed: ${stripVTControlCharacters(String(error.message)).trim()}\n${error.stdout ?? ''}${error.stderr ?? ''}`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function findMissingPlatforms() {
  const { stdout } = await run('npm', ['view', `nx@${nxVersion}`, 'optionalDependencies', '--json']);
  const names = Object.keys(JSON.parse(stdout)).filter((name) => name !== ownPlatform);
  const known = await Promise.all(
    names.map((name) =>
      run('npm', ['view', `${name}@${nxVersion}`, 'version']).then(
        ({ stdout: text }) => text !== '',
        () => false,
      ),
    ),
  );
  return names.filter((_, index) => !known[index]);
}

async function packPlugin() {
  const { stdout } = await run('npm', ['pack', '--pack-destination', folder], { cwd: join(repository, 'plugins/nx') });
  return join(folder, stdout.trim().split('\n').at(-1));
}

async function tryRow(row, tarball) {
  const [name, node] = row.split('@');
  const manager = managers[name];
  if (manager === undefined) throw new Error(`there is no row ${row}; these are: ${Object.keys(managers).join(', ')}`);
  const tools = join(folder, 'tools', row.replace('@', '-'));
  const packages = [...manager.packages, ...(node === undefined ? [] : [node.replace('node', 'node@')])];
  mkdirSync(tools, { recursive: true });
  writeFileSync(join(tools, 'package.json'), '{"private":true}\n');
  if (packages.length > 0) await run('npm', ['install', '--no-audit', '--no-fund', ...packages], { cwd: tools });
  const bin = join(tools, 'node_modules/.bin');
  const root = join(folder, row.replace('@', '-'));
  makeWorkspace(root, manager, tarball);
  const world = { root, bin, manager, env: createEnv(root, bin) };
  const [program, ...args] = manager.install(bin);
  await run(program, args, { cwd: root, env: world.env, maxBuffer: 1 << 26 });
  return check(world);
}

async function check(world) {
  const { stdout: nodeVersion } = await run('node', ['--version'], { env: world.env });
  expectHits(await nx(world, 'cold', ['run-many', '-t', 'build']), null);
  removeOutputs(world.root);
  expectHits(await nx(world, 'warm', ['run-many', '-t', 'build']), 'remote cache');
  await nx(world, 'warm', ['g', '@larder/nx:adopt']);
  const adopted = await nx(world, 'adopted', ['run-many', '-t', 'build']);
  if (!adopted.includes('Running 2 tasks with @larder/nx:run')) throw new Error(`not run as a batch:\n${adopted}`);
  removeOutputs(world.root);
  expectHits(await nx(world, 'again', ['run-many', '-t', 'build']), 'local cache');
  for (const each of ['one', 'two']) readFileSync(join(world.root, 'packages', each, 'dist/index.txt'));
  await checkTypes(world);
  return `ok on Node ${nodeVersion.trim()}, nx ${nxVersion}, types found`;
}

function expectHits(said, hit) {
  const expected = hit === null ? 0 : 2;
  const found = said.split(`[${hit ?? 'remote cache'}]`).length - 1;
  if (found !== expected) throw new Error(`${found} of ${expected} tasks came from the ${hit ?? 'cache'}:\n${said}`);
}

async function nx({ root, bin, manager, env }, cache, args) {
  const own = {
    NX_CACHE_DIRECTORY: join(root, '.caches', cache),
    NX_WORKSPACE_DATA_DIRECTORY: join(root, '.data', cache),
  };
  const [program, ...words] = manager.start?.(bin) ?? [join(root, 'node_modules/.bin/nx')];
  const { stdout, stderr } = await run(program, [...words, ...args], {
    cwd: root,
    env: { ...env, ...own },
    maxBuffer: 1 << 26,
  });
  return stripVTControlCharacters(stdout + stderr);
}

/** The right type is taken, and a wrong one is not: a module without types would be anything. */
async function checkTypes({ root, bin, manager, env }) {
  const [program, ...words] = manager.compile?.(bin) ?? [
    process.execPath,
    join(repository, 'node_modules/typescript/bin/tsc'),
    '--ignoreConfig',
    '--types',
    '',
  ];
  const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--skipLibCheck', 'false'];
  const compile = async (cache) => {
    const options = `{ cache: ${cache}, summary: false, targets: false }`;
    const text = `import type { NxPluginOptions } from '@larder/nx';\nexport const options: NxPluginOptions = ${options};\n`;
    writeFileSync(join(root, 'check.mts'), text);
    await run(program, [...words, ...flags, 'check.mts'], { cwd: root, env });
  };
  await compile('true');
  const wrong = await compile('1').catch((error) => error.stdout);
  if (!/check\.mts.*TS2322/.test(wrong ?? '')) throw new Error(`a wrong type was taken:\n${wrong}`);
}

function createEnv(root, bin) {
  return {
    PATH: [bin, process.env.PATH].join(delimiter),
    HOME: join(root, '.home'),
    NX_DAEMON: 'false',
    NX_NO_CLOUD: 'true',
    NX_TUI: 'false',
    NX_INTERACTIVE: 'false',
    LARDER_DAEMON_IDLE_SECONDS: '20',
    ...Object.fromEntries(
      Object.entries(process.env).filter(([name]) => /^npm_config_|_proxy$|^NODE_EXTRA_CA/i.test(name)),
    ),
  };
}

function makeWorkspace(root, { link, files = {}, devDependencies = {} }, tarball) {
  write(root, '.gitignore', 'node_modules\ndist\n.nx\n.home\n.caches\n.data\n.larder\n.yarn\n.pnp.*\n');
  write(root, 'package.json', {
    name: 'acme',
    private: true,
    workspaces: ['packages/*'],
    resolutions: Object.fromEntries(platforms.map((name) => [name, `npm:${ownPlatform}@${nxVersion}`])),
    devDependencies: { nx: nxVersion, '@larder/nx': `file:${tarball}`, ...devDependencies },
  });
  write(root, 'nx.json', {
    plugins: ['@larder/nx'],
    targetDefaults: { build: { cache: true, dependsOn: ['^build'], outputs: ['{projectRoot}/dist'] } },
    analytics: false,
  });
  for (const [name, dependencies] of Object.entries({ one: {}, two: { one: link } })) {
    const scripts = { build: 'mkdir -p dist && cp src/index.txt dist/index.txt' };
    write(root, `packages/${name}/package.json`, { name, version: '1.0.0', scripts, dependencies });
    write(root, `packages/${name}/src/index.txt`, name);
  }
  for (const [path, content] of Object.entries(files)) write(root, path, content);
  mkdirSync(join(root, '.home'));
}

function write(root, path, content) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
}

function removeOutputs(root) {
  for (const name of ['one', 'two']) rmSync(join(root, 'packages', name, 'dist'), { recursive: true });
}
