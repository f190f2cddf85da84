import type { JsonObject } from '../json.ts';

/**
 * What holds for scripts in a workspace without any configuration file. Everything else runs every time,
 * in no order. With an `nx.json` or a `larder.json`, only that file counts.
 *
 * | script        | cached | waits for                        |
 * | ------------- | ------ | -------------------------------- |
 * | `build`       | yes    | `build` of the dependencies      |
 * | `test`        | yes    | nothing                          |
 * | `lint`        | yes    | nothing                          |
 * | `typecheck`   | yes    | nothing                          |
 * | `check-types` | yes    | nothing                          |
 * | `compile`     | yes    | nothing                          |
 */
export const plainTargetDefaults: JsonObject = {
  build: { cache: true, dependsOn: ['^build'] },
  test: { cache: true },
  lint: { cache: true },
  typecheck: { cache: true },
  'check-types': { cache: true },
  compile: { cache: true },
};
