'use strict';

const fs = require('fs');
const path = require('path');
const { SetupError } = require('./setup-error.cjs');

/** The npm-cli.js of this machine, so that npm can run under any Node. Throws where there is none. */
function findNpmCli() {
  const beside = path.dirname(process.execPath);
  const candidates = [
    process.env.npm_execpath,
    path.join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    ...npmCommandsOnPath(),
  ];
  const found = candidates.find((file) => file && path.basename(file) === 'npm-cli.js' && fs.existsSync(file));
  if (found) return found;
  throw new SetupError('npm was not found beside Node or on PATH. Install npm, then run the command again.');
}

/** `npm` on PATH is a link to npm-cli.js wherever it is not a Windows batch file. */
function npmCommandsOnPath() {
  return (process.env.PATH || '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'npm'))
    .filter((file) => fs.existsSync(file))
    .map((file) => fs.realpathSync(file));
}

module.exports = { findNpmCli };
