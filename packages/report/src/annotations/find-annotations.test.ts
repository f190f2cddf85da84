import { expect, test } from 'vitest';
import { findAnnotations } from './find-annotations.ts';

function found(output: string): readonly string[] {
  return findAnnotations(output.split('\n')).map(
    ({ severity, file, line, column, message }) => `${severity} ${file}:${line}:${column} ${message}`,
  );
}

test('tsc, plain and pretty', () => {
  const message = "TS2322: Type 'string' is not assignable to type 'number'.";
  expect(found(`src/a.ts(1,7): error ${message}`)).toEqual([`error src/a.ts:1:7 ${message}`]);
  const pretty = `\u001B[96msrc/a.ts\u001B[0m:\u001B[93m1\u001B[0m:\u001B[93m7\u001B[0m - \u001B[91merror\u001B[0m\u001B[90m TS2322: \u001B[0mType 'string' is not assignable to type 'number'.`;
  expect(found(pretty)).toEqual([`error src/a.ts:1:7 ${message}`]);
});

test('eslint, its default format and the one for editors', () => {
  const stylish = `
/repo/src/a.js
  1:10  error    'addOne' is defined but never used            no-unused-vars
  3:5   warning  Unexpected console statement                  no-console

✖ 2 problems (1 error, 1 warning)
`;
  expect(found(stylish)).toEqual([
    "error /repo/src/a.js:1:10 'addOne' is defined but never used (no-unused-vars)",
    'warning /repo/src/a.js:3:5 Unexpected console statement (no-console)',
  ]);
  expect(found('/repo/a.js:1:10: Unexpected var. [Error/no-var]')).toEqual([
    'error /repo/a.js:1:10 Unexpected var. [Error/no-var]',
  ]);
});

test('oxlint, in a terminal and without one', () => {
  const drawn = `
  × eslint(no-debugger): \`debugger\` statement is not allowed
   ╭─[src/a.ts:1:24]
 1 │ debugger;
   ╰────
  ! eslint(no-unused-vars): Variable 'q' is declared but never used.
   ,-[src/a.ts:1:38]
`;
  expect(found(drawn)).toEqual([
    'error src/a.ts:1:24 eslint(no-debugger): `debugger` statement is not allowed',
    "warning src/a.ts:1:38 eslint(no-unused-vars): Variable 'q' is declared but never used.",
  ]);
});

test('vitest, with the nearest line of the stack', () => {
  const output = `
 ❯ src/a.test.ts (1 test | 1 failed) 14ms
   × adds 12ms

⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯

 FAIL  src/a.test.ts > sums > adds
AssertionError: expected 1 to be 2 // Object.is equality

- Expected
+ Received

 ❯ check src/check.ts:9:3
 ❯ src/a.test.ts:3:13
      1| import {test,expect} from "vitest";
`;
  expect(found(output)).toEqual([
    'error src/check.ts:9:3 sums > adds: AssertionError: expected 1 to be 2 // Object.is equality',
  ]);
});

test('jest, past the lines of its own stack', () => {
  const output = `
 FAIL  src/a.test.js
  ● sums › adds

    expect(received).toBe(expected) // Object.is equality

    Expected: 2
    Received: 1

      at Object.raise (node_modules/expect/build/index.js:1:2)
      at Object.toBe (src/a.test.js:3:13)
      at Object.other (src/b.js:1:1)
`;
  expect(found(output)).toEqual([
    'error src/a.test.js:3:13 sums › adds: expect(received).toBe(expected) // Object.is equality',
  ]);
});

test('prose, times and links are no problems', () => {
  expect(found('built in 12:30:01: done\nhttp://localhost:3000:1: x\n  at line 3\n12:01 error in the clouds')).toEqual(
    [],
  );
});

test('each problem once, errors first, ten at most, and no time lost in long lines', () => {
  const lines = Array.from(
    { length: 30 },
    (_, index) => `a.ts(${index},1): error TS1: x\na.ts(${index},1): error TS1: x`,
  );
  expect(found(`a.ts:1:1: warning: w\n${lines.join('\n')}`).length).toBe(10);
  expect(found(`a.ts:1:1: warning: w\na.ts(1,1): error TS1: x`)[0]).toContain('error');
  const hostile = ['('.repeat(1_900), 'a:'.repeat(900), ' '.repeat(1_900), 'x'.repeat(1_000_000)];
  const before = performance.now();
  findAnnotations(Array.from({ length: 200 }, (_, index) => hostile[index % 4] ?? ''));
  expect(performance.now() - before).toBeLessThan(2_000);
});
