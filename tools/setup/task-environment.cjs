'use strict';

const path = require('path');

/** The environment for everything that a task starts: this Node and the repository's commands first on PATH. */
function taskEnvironment(root, nodePath) {
  const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') || 'PATH';
  const folders = [path.dirname(nodePath), path.join(root, 'node_modules', '.bin'), process.env[pathName] || ''];
  const env = {
    ...process.env,
    [pathName]: folders.join(path.delimiter),
    NODE: nodePath,
    npm_node_execpath: nodePath,
  };
  // npm exports its user's settings to scripts; headers of another Node must not reach a build.
  delete env.npm_config_nodedir;
  return env;
}

module.exports = { taskEnvironment };
