import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { DebugLog } from '@larder/core';

import { nameFolders } from '../files/folder-tree.ts';
import { stampSize } from '../files/known-folders.ts';
import type { KnownFolders } from '../files/known-folders.ts';
import { decodeMemo, encodeMemo } from '../recall/encode-memo.ts';
import { uniqueSuffix } from './unique-suffix.ts';

const fileName = 'folders';
/** No name is empty, so that two of them never stand inside of a folder. */
const betweenNames = '\0';
const betweenFolders = '\0\0';

/** The listing that an earlier process kept; null where there is none that can be used. */
export function readKnownFolders(stateDirectoryAbsolute: string, log: DebugLog): KnownFolders | null {
  try {
    const memo = decodeMemo(readFileSync(join(stateDirectoryAbsolute, fileName)));
    const names = memo
      ?.answer()
      .split(betweenFolders)
      .map((held) => (held === '' ? [] : held.split(betweenNames)));
    const folders = names === undefined ? null : nameFolders(names);
    if (memo === null || names === undefined || folders === null) return null;
    const stamps = new Float64Array(Uint8Array.from(memo.attachment).buffer);
    if (stamps.length !== folders.length * stampSize) return null;
    return { tree: { folders, names }, stamps, rules: memo.proof, repository: memo.telling?.() ?? '' };
  } catch (error) {
    log(`no known folders: ${String(error)}`);
    return null;
  }
}

/** Replaces it by a rename. Failing costs time in the next run and nothing else, so it is only logged. */
export function writeKnownFolders(stateDirectoryAbsolute: string, known: KnownFolders, log: DebugLog): void {
  const { tree, stamps, rules, repository } = known;
  const partial = join(stateDirectoryAbsolute, `${fileName}.${uniqueSuffix()}.partial`);
  try {
    mkdirSync(stateDirectoryAbsolute, { recursive: true });
    const answer = tree.names.map((held) => held.join(betweenNames)).join(betweenFolders);
    const attachment = new Uint8Array(stamps.buffer, stamps.byteOffset, stamps.byteLength);
    writeFileSync(partial, encodeMemo({ proof: rules, telling: repository, answer, attachment }), { flag: 'wx' });
    renameSync(partial, join(stateDirectoryAbsolute, fileName));
  } catch (error) {
    log(`the folders were not kept: ${String(error)}`);
    rmSync(partial, { force: true });
  }
}
