import type { Statistics } from '@larder/protocol';
import { compareCodeUnits } from '@larder/core';
import type { Identity } from '../identity/identity.ts';
import { splitScope, type Scope } from '../identity/scope.ts';
import type { UsageDay } from './usage-day.ts';

/** Whose statistics someone may see: everyone's, those of a tenant, or those of one scope. */
export type UsageView =
  | { readonly kind: 'all' }
  | { readonly kind: 'tenant'; readonly scope: Scope }
  | { readonly kind: 'scope'; readonly scope: Scope };

/** `main` sees its whole tenant; every other scope sees itself. */
export function viewOf({ scope }: Identity): UsageView {
  return splitScope(scope).scope === 'main' ? { kind: 'tenant', scope } : { kind: 'scope', scope };
}

export function describeUsage(
  { from, to, sums }: { readonly from: string; readonly to: string; readonly sums: UsageDay },
  view: UsageView,
): Statistics {
  const isVisible = ({ scope }: { readonly scope: Scope }): boolean => sees(view, scope);
  return {
    version: 1,
    from,
    to,
    requests: sums
      .requests()
      .filter(isVisible)
      .map((row) => ({ ...row, ...splitScope(row.scope) }))
      .sort((a, b) => compareRows([a.tenant, a.scope, a.protocol], [b.tenant, b.scope, b.protocol])),
    tasks: sums
      .tasks()
      .filter(isVisible)
      .map((row) => ({ ...row, ...splitScope(row.scope) }))
      .sort((a, b) => compareRows([a.tenant, a.scope, a.project, a.target], [b.tenant, b.scope, b.project, b.target])),
  };
}

function sees(view: UsageView, scope: Scope): boolean {
  switch (view.kind) {
    case 'all':
      return true;
    case 'tenant':
      return splitScope(scope).tenant === splitScope(view.scope).tenant;
    case 'scope':
      return scope === view.scope;
  }
}

function compareRows(a: readonly (string | null)[], b: readonly (string | null)[]): number {
  for (const [index, value] of a.entries()) {
    const order = compareCodeUnits(value ?? '', b[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}
