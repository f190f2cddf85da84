import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/**
 * The steps that ran, with their exit codes and counts of tests. With a file, several tasks in a row
 * (`.ci/run`) share one record, and a step that one of them ran is not run again by the next.
 */
export function openStepRecord(file) {
  const results = new Map(file !== undefined && existsSync(file) ? readResults(file) : []);
  return {
    find: (name) => results.get(name),
    add(name, result) {
      results.set(name, result);
      const line = [name, result.exitCode, result.passed, result.failed].join('\t');
      if (file !== undefined) appendFileSync(file, `${line}\n`);
    },
    formatCounts() {
      const all = [...results.values()];
      const sum = (key) => all.reduce((total, result) => total + result[key], 0);
      return `${sum('passed')} passed, ${sum('failed')} failed`;
    },
  };
}

function readResults(file) {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    const [name, exitCode, passed, failed] = line.split('\t');
    return [name, { exitCode: Number(exitCode), passed: Number(passed), failed: Number(failed) }];
  });
}
