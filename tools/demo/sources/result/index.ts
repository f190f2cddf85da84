export type Result<Value> =
  | { readonly kind: 'ok'; readonly value: Value }
  | { readonly kind: 'refused'; readonly reason: string };

export function accept<Value>(value: Value): Result<Value> {
  return { kind: 'ok', value };
}

export function refuse(reason: string): Result<never> {
  return { kind: 'refused', reason };
}
