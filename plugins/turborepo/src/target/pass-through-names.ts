/**
 * What tasks of Turborepo see in strict mode without declaring it: its documentation of
 * `globalPassThroughEnv`, version 2.11. Nothing else is let through, so that a task that works here works
 * there. Keys to caches (`TURBO_TOKEN` …) are never let through, whatever is declared.
 */
export const passThroughNames: readonly string[] = [
  // System
  'PATH',
  'HOME',
  'USER',
  'SHELL',
  'PWD',
  'LANG',
  'TZ',
  'TMP',
  'TEMP',
  'TERM',
  'TERM_PROGRAM',
  'COLORTERM',
  'DISPLAY',
  'XAUTHORITY',
  'XDG_RUNTIME_DIR',
  'DBUS_SESSION_BUS_ADDRESS',
  'LD_LIBRARY_PATH',
  'LD_PRELOAD',
  'LIBPATH',
  'DYLD_FALLBACK_LIBRARY_PATH',
  'DYLD_INSERT_LIBRARIES',
  // Node and its package managers
  'CI',
  'NODE_OPTIONS',
  'COREPACK_*',
  'PNPM_HOME',
  'NPM_CONFIG_STORE_DIR',
  // Windows
  'APPDATA',
  'HOMEDRIVE',
  'HOMEPATH',
  'PROGRAMDATA',
  'ProgramFiles',
  'ProgramFiles(x86)',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'USERPROFILE',
  'WINDIR',
  // Containers, editors, CI and hosting
  'DOCKER_*',
  'BUILDKIT_*',
  'COMPOSE_*',
  'VSCODE_*',
  'ELECTRON_RUN_AS_NODE',
  'JB_IDE_*',
  'JB_INTERPRETER',
  '_JETBRAINS_TEST_RUNNER_RUN_SCOPE_TYPE',
  'GITHUB_*',
  'RUNNER_*',
  'VERCEL',
  'VERCEL_*',
  'NEXT_*',
  'NOW_BUILDER',
  'USE_OUTPUT_FOR_EDGE_FUNCTIONS',
  'VC_MICROFRONTENDS_CONFIG_FILE_NAME',
];

/** Hashed for every task, as there: they tell deployments apart. */
export const alwaysHashedEnv: readonly string[] = ['VERCEL_ANALYTICS_ID', 'VERCEL_TARGET_ENV'];
