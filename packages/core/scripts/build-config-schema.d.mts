export function buildConfigSchema(): object;
