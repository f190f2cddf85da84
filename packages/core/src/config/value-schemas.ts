import * as v from 'valibot';
import { parseAge, parseSize } from './parse-quantity.ts';
import { namedValues } from './schema-shapes.ts';

const daemonModes = ['auto', 'on', 'off'] as const;

const parallelAllowed = 'a whole number from 1, a share of the cores such as "50%", or "auto"';
export const parallelSchema = v.union(
  [
    v.pipe(v.number(), v.integer(parallelAllowed), v.minValue(1, parallelAllowed)),
    v.pipe(v.string(), v.regex(/^([1-9][0-9]{0,5}%?|auto)$/, parallelAllowed)),
  ],
  parallelAllowed,
);

const resourceName = /^[A-Za-z0-9@._/-]{1,100}$/;

export function isResourceName(value: unknown): value is string {
  return typeof value === 'string' && resourceName.test(value);
}

export const resourcesSchema = v.pipe(
  namedValues(
    v.pipe(v.number('a number'), v.integer('a whole number'), v.minValue(1, 'at least 1')),
    'an object: name -> how much there is of it',
  ),
  v.check(
    (resources) => Object.keys(resources).every(isResourceName),
    'names of letters, digits and "@._/-", such as "gpu"',
  ),
);

export const daemonModeSchema = v.picklist(daemonModes, 'one of "auto", "on", "off"');

export const cacheDirectorySchema = v.pipe(
  v.string('a path'),
  v.regex(
    /^(?!\.?[/\\]*$)(?!(.*[/\\])?\.\.([/\\]|$))[^\0]+$/,
    'a path below the workspace root without "..", or an absolute path',
  ),
);

export const quantitySchemas = {
  size: v.pipe(
    v.string('a size such as "10GB"'),
    v.check((value) => (parseSize(value) ?? 0) > 0, 'a size such as "500MB" or "10GB"'),
  ),
  age: v.pipe(
    v.string('an age such as "30d"'),
    v.check((value) => (parseAge(value) ?? 0) > 0, 'an age such as "12h" or "30d"'),
  ),
};
