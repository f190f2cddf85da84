import { parseScope, type Scope } from '../identity/scope.ts';

/** Development only. */
export function scopeNamed(text: string): Scope {
  const scope = parseScope(text);
  if (scope === null) throw new Error(`"${text}" is not a scope`);
  return scope;
}
