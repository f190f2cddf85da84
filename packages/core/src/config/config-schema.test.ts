import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const builder = new URL('../../scripts/build-config-schema.mjs', import.meta.url);
const checkedIn = new URL('../../../../docs/larder.schema.json', import.meta.url);

test('the checked-in JSON schema is what the validating code says', async () => {
  const { buildConfigSchema } = (await import(builder.href)) as { buildConfigSchema: () => unknown };
  expect(JSON.parse(readFileSync(checkedIn, 'utf8'))).toEqual(buildConfigSchema());
});
