import type { ExternalPackage } from '@larder/core';

import { digest } from '../digest.ts';
import { sortKeys } from './parsed-lockfile.ts';

/** A package at one place of an installed tree. */
export interface PlacedPackage {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  /** The places of the packages that it uses, in an order that does not depend on the places. */
  readonly dependencies: readonly string[];
}

export interface LabelledPackages {
  readonly packages: ReadonlyMap<string, ExternalPackage>;
  readonly keyByPlace: ReadonlyMap<string, string>;
}

/**
 * Gives packages keys that do not depend on where they are installed. Lockfiles that describe a tree may hold a
 * package many times; two of the same version differ only if they find different dependencies, at any depth. Those
 * share their `name@version` and get a label of what they use; all others are one package.
 */
export function labelPackages(placed: ReadonlyMap<string, PlacedPackage>): LabelledPackages {
  const labels = refineLabels(placed);
  const labelsByVersion = new Map<string, Set<string>>();
  for (const [place, label] of labels) {
    const version = versionKey(placed.get(place));
    labelsByVersion.set(version, (labelsByVersion.get(version) ?? new Set()).add(label));
  }
  const keyByPlace = new Map<string, string>();
  for (const [place, label] of labels) {
    const version = versionKey(placed.get(place));
    const isAlone = labelsByVersion.get(version)?.size === 1;
    keyByPlace.set(place, isAlone ? version : `${version}#${label.slice(0, 12)}`);
  }
  return { packages: buildPackages(placed, keyByPlace), keyByPlace };
}

/** Partition refinement: each round tells packages apart whose dependencies the last one told apart, until none is. */
function refineLabels(placed: ReadonlyMap<string, PlacedPackage>): ReadonlyMap<string, string> {
  let labels = new Map<string, string>();
  for (const [place, { integrity, ...rest }] of placed) labels.set(place, digest(`${versionKey(rest)}\n${integrity}`));
  for (let count = 0; count < new Set(labels.values()).size;) {
    count = new Set(labels.values()).size;
    const refined = new Map<string, string>();
    for (const [place, { dependencies }] of placed) {
      const used = dependencies.map((dependency) => labels.get(dependency) ?? '');
      refined.set(place, digest([labels.get(place), ...used].join('\n')));
    }
    labels = refined;
  }
  return labels;
}

function buildPackages(
  placed: ReadonlyMap<string, PlacedPackage>,
  keyByPlace: ReadonlyMap<string, string>,
): ReadonlyMap<string, ExternalPackage> {
  const packages = new Map<string, ExternalPackage>();
  for (const [place, { name, version, integrity, dependencies }] of placed) {
    const key = keyByPlace.get(place) ?? place;
    const used = dependencies.flatMap((dependency) => keyByPlace.get(dependency) ?? []);
    packages.set(key, { key, name, version, integrity, dependencies: sortKeys(used) });
  }
  return packages;
}

function versionKey(entry: Pick<PlacedPackage, 'name' | 'version'> | undefined): string {
  return `${entry?.name ?? ''}@${entry?.version ?? ''}`;
}
