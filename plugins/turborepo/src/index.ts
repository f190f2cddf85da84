export { turborepoPlugin, turborepoPlugin as default } from './turborepo-plugin.ts';
export { readTurboFile } from './config/read-turbo-file.ts';
export type { ReadTurboFile, TurboFile } from './config/read-turbo-file.ts';
