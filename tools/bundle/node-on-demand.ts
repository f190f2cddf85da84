/** Node has these in hand when it starts, and everything uses them. */
const atHand = ['fs', 'path', 'os', 'url', 'module'];

const loadsOnImport = new RegExp(
  String.raw`\b(import_\w+)=require\("(node:(?!(?:${atHand.join('|')})")[\w/]+)"\)`,
  'g',
);

const importsLazily = /(?<![\w$.])import\(("node:[\w/]+")\)/g;

/**
 * Stands at the top of a CommonJS bundle: a module of Node's own that is loaded when something of it is first used.
 * `node:crypto` alone takes 5 ms, and most runs digest nothing with it.
 */
export const defineOnDemand =
  'const onDemand=name=>{let loaded;return new Proxy({},{get:(_,key)=>(loaded??=require(name),key==="default"?loaded:loaded[key])})};';

/** What esbuild makes of `import fs from 'node:fs'`: it copies each property of the module, whether it is at hand or not. */
const importsDefault = /\b(import_\w+)=__toESM\(require\("(node:[\w/]+)"\),1\)/g;

/**
 * Turns what esbuild makes of `import { hash } from 'node:crypto'` into the same on demand. Its variables for imports
 * are only ever read by property, so that nothing can tell the difference. What libraries require themselves stays.
 * A lazy import is made a lazy `require`: the loader of ES modules takes a millisecond to find what Node has in hand.
 */
export function loadNodeOnDemand(bundled: string): string {
  return bundled
    .replace(loadsOnImport, '$1=onDemand("$2")')
    .replace(importsDefault, (made, variable: string, name: string) =>
      isDefaultOnly(bundled, variable) ? `${variable}=onDemand("${name}")` : made,
    )
    .replace(importsLazily, 'Promise.resolve($1).then(require)');
}

/** `import * as fs` looks the same, and may be handed on or listed. */
function isDefaultOnly(bundled: string, variable: string): boolean {
  return !new RegExp(String.raw`\b${variable}\b(?!\.default\b|=__toESM)`).test(bundled);
}
