/** A lookup may take this long: Nx waits for the answer before it executes. */
export const lookupMs = 120_000;
