import { toJsonSchema } from '@valibot/to-json-schema';
import { larderFileSchema } from '../src/config/config-schema.ts';

/** The JSON schema of `larder.json`, from the definition that `parseConfig` validates with. */
export function buildConfigSchema() {
  const { $schema, ...schema } = closeObjects(
    toJsonSchema(larderFileSchema, { ignoreActions: ['check'], typeMode: 'output' }),
  );
  const title = 'Larder';
  const description = 'Configuration of Larder outside Nx workspaces; in nx.json the same keys stand under "larder".';
  return { $schema, title, description, ...schema };
}

/** Editors understand `false` where the library writes "what matches nothing". */
function closeObjects(schema) {
  return JSON.parse(JSON.stringify(schema), (key, value) => {
    if (key === 'required' && value.length === 0) return undefined;
    return key === 'additionalProperties' && value?.not !== undefined ? false : value;
  });
}
