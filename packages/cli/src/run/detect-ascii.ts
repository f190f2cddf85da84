/**
 * Whether signs beyond ASCII would come out as something else: where the locale names another
 * character set, on Linux's own console, and in Windows' old console, whose fonts lack them.
 */
export function detectAscii(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): boolean {
  const asked = env['LARDER_ASCII'];
  if (asked !== undefined && asked !== '') return asked !== '0' && asked !== 'false';
  if (platform === 'win32') return !modernWindowsTerminals.some((name) => env[name] !== undefined);
  if (env['TERM'] === 'linux') return true;
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '');
  // Nothing set means nothing: many containers run that way, and their output is shown in UTF-8.
  return locale !== undefined && locale !== 'C' && locale !== 'POSIX' && /\./.test(locale) && !/utf-?8/i.test(locale);
}

/** Windows Terminal, Visual Studio Code and the like, ConEmu, and what MSYS and Git for Windows start. */
const modernWindowsTerminals = ['WT_SESSION', 'TERM_PROGRAM', 'ConEmuTask', 'TERM'] as const;
