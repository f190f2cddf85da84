const ageUnitsMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const sizeUnits: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};

/** `90m`, `12h` or `7d` in whole milliseconds; undefined where it is none of these. */
export function parseAge(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([mhd])$/.exec(text.trim().toLowerCase());
  return match === null ? undefined : Math.round(Number(match[1]) * ageUnitsMs[match[2]!]!);
}

/** `500MB`, `2GB`, `1.5GiB` in bytes; undefined where it is none of these. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(b|kb|mb|gb|kib|mib|gib)?$/.exec(text.trim().toLowerCase());
  return match === null ? undefined : Math.round(Number(match[1]) * sizeUnits[match[2] ?? 'b']!);
}
