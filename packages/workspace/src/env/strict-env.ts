/**
 * What tasks see in strict mode without asking: what programs need to start, to find their user's files, to reach the
 * network and to speak the user's language. None of it is hashed, so nothing that changes what a build makes may
 * stand here; `NODE_OPTIONS` does because memory limits are set with it.
 */
export const basicEnv: readonly string[] = [
  // To find programs and folders
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'TMPDIR',
  'TMP',
  'TEMP',
  'XDG_*',
  'LD_LIBRARY_PATH',
  'DYLD_FALLBACK_LIBRARY_PATH',
  // Language, time and terminal
  'LANG',
  'LC_*',
  'TZ',
  'TERM',
  'COLORTERM',
  'COLUMNS',
  'LINES',
  'FORCE_COLOR',
  'NO_COLOR',
  'CI',
  'DISPLAY',
  // Node and its package managers
  'NODE_OPTIONS',
  'NODE_EXTRA_CA_CERTS',
  'COREPACK_HOME',
  'PNPM_HOME',
  'npm_config_user_agent',
  'npm_execpath',
  // Whose trace their own spans belong to
  'TRACEPARENT',
  'TRACESTATE',
  // The way to the network
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SSH_AUTH_SOCK',
  'DOCKER_HOST',
  // Windows
  'APPDATA',
  'LOCALAPPDATA',
  'COMSPEC',
  'HOMEDRIVE',
  'HOMEPATH',
  'PATHEXT',
  'PROGRAMDATA',
  'PROGRAMFILES*',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'USERNAME',
  'USERPROFILE',
  'WINDIR',
];

/**
 * Keys to caches. A task that can read them can write what other people restore, so no mode, no declaration and no
 * dotenv file lets them through.
 */
export const cacheSecrets: readonly string[] = [
  'LARDER_*TOKEN',
  'LARDER_*SECRET',
  'LARDER_*KEY',
  'NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN',
  'NX_CLOUD_ACCESS_TOKEN',
  'NX_CLOUD_AUTH_TOKEN',
  'NX_CLOUD_ENCRYPTION_KEY',
  'TURBO_TOKEN',
  'TURBO_REMOTE_CACHE_SIGNATURE_KEY',
  'VERCEL_ARTIFACTS_TOKEN',
];

/** What the package manager told the process that it started about *its* script: not true of any task. */
export const callersEnv: readonly string[] = [
  'npm_package_*',
  'npm_lifecycle_*',
  'npm_command',
  'NX_TASK_*',
  'PWD',
  'OLDPWD',
];
