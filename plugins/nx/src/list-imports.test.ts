import { expect, test } from 'vitest';
import { listImports } from './list-imports.ts';

test('finds static, dynamic, re-exported and required modules', () => {
  const text = `import a from '@acme/a';\nexport * from "@acme/b";\nconst c = await import('@acme/c');\nrequire("@acme/d");\nimport '@acme/e';`;
  expect(listImports(text)).toBe('@acme/a\n@acme/b\n@acme/c\n@acme/d\n@acme/e');
});

test('an edit that touches no import lists the same', () => {
  expect(listImports(`import a from 'a';\nexport const x = 1;`)).toBe(
    listImports(`import b from 'a';\nexport const x = 2;`),
  );
});

test('spreading an import over lines hides nothing', () => {
  expect(listImports(`import {\n  a,\n  b,\n} from\n  '@acme/a';`)).toBe('@acme/a');
});
