/** Files that git reads in each folder, also around the workspace: which files count, and which of their bytes. */
export const gitRulesFiles: readonly string[] = ['.gitignore', '.gitattributes'];

/** All that say so within the workspace. */
export const rulesFiles: readonly string[] = [...gitRulesFiles, '.nxignore'];
