'use strict';

/**
 * Whether this repository runs on a Node version. undici 8 sets the floor of 22.19; vitest 5 leaves out
 * the odd majors 23 and 25.
 */
function isSupportedNode(version) {
  const [major, minor] = version.split('.').map(Number);
  return (major === 22 && minor >= 19) || major === 24 || major >= 26;
}

module.exports = { isSupportedNode };
