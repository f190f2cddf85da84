import { resolve } from 'node:path';
import type { Contender } from './contender.ts';
import { createFloors } from './floors.ts';
import { createLage } from './lage.ts';
import { builtLarder, createLarder } from './larder.ts';
import { createMoon } from './moon.ts';
import { createNx } from './nx.ts';
import { createNativeTurbo, createTurbo } from './turbo.ts';
import { createWireit } from './wireit.ts';

/** Every contender of this repository, by the name that the command line takes. */
export function listContenders(): readonly Contender[] {
  return [
    createLarder({ name: 'larder', daemon: 'off', bundle: builtLarder }),
    createLarder({ name: 'larder-daemon', daemon: 'on', bundle: builtLarder }),
    createTurbo(),
    createNativeTurbo(),
    createNx('nx', 'off'),
    createNx('nx-daemon', 'on'),
    createMoon(),
    createLage(),
    createWireit(),
    ...createFloors(),
  ];
}

/**
 * A name of a known contender, or `name=path/to/larder.cjs` for another build of Larder. Null for anything else.
 */
export function findContender(text: string): Contender | null {
  const [name = '', bundle] = text.split('=', 2);
  if (bundle === undefined) return listContenders().find((each) => each.name === name) ?? null;
  const daemon = name.endsWith('-daemon') ? 'on' : 'off';
  return createLarder({ name, daemon, bundle: resolve(bundle) });
}
