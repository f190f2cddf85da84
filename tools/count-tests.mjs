import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs vitest through `run`, which gets further arguments, and counts its tests from the report that it
 * writes. A file that broke before its first test counts as one failure.
 */
export async function countTests(run) {
  const folder = mkdtempSync(join(tmpdir(), 'larder-tests-'));
  try {
    const report = join(folder, 'report.json');
    const exitCode = await run(['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
    return { exitCode, ...readCounts(report) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readCounts(report) {
  let text;
  try {
    text = readFileSync(report, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return { passed: 0, failed: 1 };
    throw error;
  }
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(text);
  const broken = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  return { passed: numPassedTests, failed: numFailedTests + broken.length };
}
