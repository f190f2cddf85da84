import { createRequire } from 'node:module';
import type Xxhash from 'xxhash-addon';

/**
 * The native digests. Their own loader looks through folders for the build that fits this machine, which takes longer
 * than an unchanged run takes for all its files: so the usual build is tried first, by its name.
 */
export function loadXxhash(): typeof Xxhash {
  const require = createRequire(import.meta.url);
  const { platform, arch } = process;
  const libc = platform === 'linux' ? '.glibc' : '';
  try {
    return require(`xxhash-addon/prebuilds/${platform}-${arch}/addon.napi${libc}.node`) as typeof Xxhash;
  } catch {
    return require('xxhash-addon') as typeof Xxhash;
  }
}
