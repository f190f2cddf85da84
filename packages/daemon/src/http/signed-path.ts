/** Stands before the paths of a turbo that signs what it stores, and takes nothing else. */
export const signedPath = '/signed';
