// Runs the tests of Nx workspaces against the newest release of each major: node tools/nx-matrix.mjs [majors].
// Of the conformance suite each major reads what it knows: e2e/support/as-nx-major.ts.
// Installs each from the registry into a temporary folder, and ends with 1 where one of them differs.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
const majors = process.argv.length > 2 ? process.argv.slice(2) : ['20', '21', '22', '23', '24'];
const failed = majors.filter((major) => !runMajor(major));
process.exitCode = failed.length === 0 ? 0 : 1;

function runMajor(major) {
  const folder = mkdtempSync(join(tmpdir(), `larder-nx-${major}-`));
  try {
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
    execFileSync('npm', ['install', `nx@${major}`, 'typescript@5', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const { version } = JSON.parse(readFileSync(join(folder, 'node_modules/nx/package.json'), 'utf8'));
    const report = join(folder, 'report.json');
    const ofWorkspaces = ['nx-workspace', 'nx-environment', 'nx-mode2', 'nx-conformance', 'nx-odd-workspace'];
    const ofPlugin = [
      'nx-plugin.test',
      'nx-plugin-affected',
      'nx-plugin-ahead',
      'nx-plugin-killed',
      'nx-plugin-trouble',
      'nx-isolation',
    ];
    const suites = [...ofWorkspaces, ...ofPlugin];
    const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'e2e/vitest.config.ts'];
    const options = [...suites, '--reporter=json', `--outputFile=${report}`];
    const env = { ...process.env, NX_UNDER_TEST: join(folder, 'node_modules') };
    spawnSync(process.execPath, [...vitest, ...options], { cwd: root, env, stdio: 'ignore' });
    return summarise(version, JSON.parse(readFileSync(report, 'utf8')));
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function summarise(version, { numPassedTests, numFailedTests, numPendingTests, testResults }) {
  console.log(`nx ${version}: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
  for (const { assertionResults } of testResults) {
    for (const { status, fullName, failureMessages } of assertionResults) {
      if (status === 'failed') console.log(`  ${fullName}: ${failureMessages[0]?.split('\n')[0]}`);
    }
  }
  return numFailedTests === 0;
}
