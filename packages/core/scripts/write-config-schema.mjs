import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildConfigSchema } from './build-config-schema.mjs';

const file = fileURLToPath(new URL('../../../docs/larder.schema.json', import.meta.url));
writeFileSync(file, `${JSON.stringify(buildConfigSchema(), null, 2)}\n`);
