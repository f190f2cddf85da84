export { createNxPlugin, nxPlugin, nxPlugin as default } from './nx-plugin.ts';
