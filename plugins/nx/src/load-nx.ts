import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Devkit from '@nx/devkit';

/** What is used here of what `@nx/devkit` hands on from nx, the same in majors 20 to 24. */
export type NxDevkit = Pick<typeof Devkit, 'createProjectGraphAsync' | 'readNxJson' | 'runExecutor'>;

/**
 * The workspace's own nx. Not by `@nx/devkit`: not every workspace has it, each of its versions is made for few of
 * nx's, and one of its own would bring another nx.
 */
export function loadNx(workspaceRootAbsolute: string): NxDevkit {
  return createRequire(join(workspaceRootAbsolute, 'package.json'))('nx/src/devkit-exports') as NxDevkit;
}
