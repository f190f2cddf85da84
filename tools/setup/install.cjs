'use strict';

const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const { findNpmCli } = require('./find-npm.cjs');
const { runChild } = require('./run-child.cjs');
const { SetupError } = require('./setup-error.cjs');
const { withSetupLock } = require('./setup-lock.cjs');

/**
 * `npm ci` in a folder, unless its node_modules already match the lockfile and this Node's ABI: a stamp
 * inside node_modules says so, and an interrupted install leaves none.
 */
async function installFolder(root, folder, reason) {
  if (isInstalled(folder)) return;
  await withSetupLock(root, async () => {
    if (isInstalled(folder)) return;
    process.stderr.write(`Set-up: npm ci in ${path.relative(root, folder) || 'the repository'} (${reason})\n`);
    await runNpmCi(folder);
    fs.writeFileSync(stampFile(folder), expectedStamp(folder));
  });
}

async function runNpmCi(folder) {
  // What a task or a user's settings would leave out is needed here: NODE_ENV=production drops the
  // tools, and a silent npm would not say why it failed.
  const args = [
    'ci',
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--loglevel=warn',
  ];
  const code = await runChild(process.execPath, [findNpmCli(), ...args], { cwd: folder, stdio: ['ignore', 2, 2] });
  if (code === 0) return;
  if (code > 128) throw new SetupError('Set-up was interrupted. Run the command again.');
  throw new SetupError(
    `npm ci failed with exit code ${code} in ${folder}; npm's own message stands above.\n` +
      'The first set-up needs the package registry: check the network, the proxy and "npm config get registry", then run\n' +
      'the command again. Downloads that arrived are kept, so the next attempt goes on where this one ended.',
  );
}

function isInstalled(folder) {
  try {
    return fs.readFileSync(stampFile(folder), 'utf8') === expectedStamp(folder);
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false;
    throw error;
  }
}

function expectedStamp(folder) {
  const lockfile = fs.readFileSync(path.join(folder, 'package-lock.json'));
  const digest = crypto.createHash('sha256').update(lockfile).digest('hex');
  return `${digest} ${process.platform} ${process.arch} abi ${process.versions.modules}\n`;
}

function stampFile(folder) {
  return path.join(folder, 'node_modules', '.larder-setup');
}

module.exports = { installFolder };
