export { turborepoPlugin, turborepoPlugin as default } from './turborepo-plugin.ts';
