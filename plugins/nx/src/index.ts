export { nxPlugin, nxPlugin as default } from './nx-plugin.ts';
