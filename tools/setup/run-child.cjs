'use strict';

const { spawn } = require('child_process');
const os = require('os');

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a command in the foreground and resolves with its exit code, 128 + n where signal n ended it.
 * Signals that this process gets reach the command; this process outlives it.
 */
function runChild(file, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit', ...options });
    const stopForwarding = forwardSignals(child);
    child.once('error', (error) => {
      stopForwarding();
      reject(error);
    });
    child.once('close', (code, signal) => {
      stopForwarding();
      resolve(code === null ? 128 + os.constants.signals[signal] : code);
    });
  });
}

/**
 * A terminal sends Ctrl-C to the whole group: passing it on would count as a second one. npm ends
 * only the shell between itself and this process, which shows as another parent.
 */
function forwardSignals(child) {
  const listeners = forwarded.map((signal) => {
    const listener = () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    process.on(signal, listener);
    return () => process.removeListener(signal, listener);
  });
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, 500);
  watch.unref();
  return () => {
    clearInterval(watch);
    for (const remove of listeners) remove();
  };
}

module.exports = { runChild };
