import { toJsonSchema } from '@valibot/to-json-schema';
import { runReportSchema } from '../packages/protocol/src/run-report.ts';
import { statisticsSchema } from '../packages/protocol/src/statistics.ts';
import { serverConfigSchema } from '../packages/server/src/config/config-schema.ts';
import { oidcRulesSchema } from '../packages/server/src/identity/oidc/oidc-rules.ts';

/** The JSON schemas of what the server reads and answers, from the definitions that it validates with. */
export const serverSchemas: Readonly<Record<string, () => object>> = {
  'docs/larder-server.schema.json': () => build(serverConfigSchema, 'larder-server.json'),
  'docs/oidc-rules.schema.json': () => build(oidcRulesSchema, 'What tokens of CI systems are good for'),
  'docs/run-report.schema.json': () => build(runReportSchema, 'POST /larder/v1/events'),
  'docs/statistics.schema.json': () => build(statisticsSchema, 'GET /api/stats'),
};

/** What a schema checks beyond the reach of JSON schemas is left out: the server tells it. */
function build(definition: Parameters<typeof toJsonSchema>[0], title: string): object {
  const { $schema, ...schema } = toJsonSchema(definition, { ignoreActions: ['check', 'finite'], typeMode: 'output' });
  return JSON.parse(JSON.stringify({ $schema, title, ...schema }), closeObject) as object;
}

/** Editors understand `false` where the library writes "what matches nothing". */
function closeObject(key: string, value: unknown): unknown {
  if (key === 'required' && Array.isArray(value) && value.length === 0) return undefined;
  const isNothing = key === 'additionalProperties' && typeof value === 'object' && value !== null && 'not' in value;
  return isNothing ? false : value;
}
