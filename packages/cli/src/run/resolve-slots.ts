/** `4` is four; `50%` is half of the cores, at least one; `auto` begins with all of them. */
export function resolveSlots(wish: string | null, configured: number, availableParallelism: number): number {
  if (wish === null) return configured;
  if (wish === 'auto') return availableParallelism;
  if (!wish.endsWith('%')) return Number(wish);
  return Math.max(1, Math.floor((availableParallelism * Number(wish.slice(0, -1))) / 100));
}
