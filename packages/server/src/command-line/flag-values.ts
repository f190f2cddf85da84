import { InvalidArgumentError } from 'commander';
import { parseBareScope, parseTenant, type Scope, type Tenant } from '../identity/scope.ts';
import { parseDuration } from './parse-duration.ts';
import { parseSize } from './parse-size.ts';

/* What stands behind a flag, as commander takes it: a value, or an error that says what it looks like. */

export function toSize(text: string): number {
  const bytes = parseSize(text);
  if (bytes === null) throw new InvalidArgumentError('A size looks like 10GB, 512MiB or 1000000.');
  return bytes;
}

export function toSizeOrNone(text: string): number {
  return text === '0' ? 0 : toSize(text);
}

export function toDuration(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === null) throw new InvalidArgumentError('A time looks like 90s, 45m, 12h, 30d or 2w.');
  return milliseconds;
}

export function toPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

export function toScope(text: string): Scope {
  const scope = parseBareScope(text);
  if (scope === null) throw new InvalidArgumentError('A scope looks like main or pr/42.');
  return scope;
}

export function toTenant(text: string): Tenant {
  const tenant = parseTenant(text);
  if (tenant === null) throw new InvalidArgumentError('A tenant is one word of letters, digits, ".", "_" and "-".');
  return tenant;
}

export function toShare(text: string): number {
  const percent = /^\d{1,3}%?$/.test(text) ? Number.parseInt(text, 10) : Number.NaN;
  if (!(percent <= 100)) throw new InvalidArgumentError('A share looks like 25%.');
  return percent / 100;
}
