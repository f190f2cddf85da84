'use strict';

const fs = require('fs');
const os = require('os');
const path = require('path');
const { SetupError } = require('./setup-error.cjs');

const waitStepMs = 200;
const waitLimitMs = 10 * 60 * 1000;

/** Runs `action` while no other process sets this checkout up. A lock whose owner is gone is taken over. */
async function withSetupLock(root, action) {
  const file = path.join(root, 'tools', 'node', 'setup.lock');
  await takeLock(file);
  try {
    return await action();
  } finally {
    fs.unlinkSync(file);
  }
}

async function takeLock(file) {
  const deadline = Date.now() + waitLimitMs;
  for (let told = false; !createLock(file);) {
    const owner = readOwner(file);
    if (owner && isGone(owner)) removeAbandoned(file, owner);
    else if (Date.now() > deadline)
      throw new SetupError(`Another set-up holds ${file}. If none runs, delete that file.`);
    else {
      if (!told) process.stderr.write(`Waiting for another set-up (${owner || 'just started'})\n`);
      told = true;
      await new Promise((resolve) => setTimeout(resolve, waitStepMs));
    }
  }
}

function createLock(file) {
  try {
    fs.writeFileSync(file, `${process.pid} ${os.hostname()}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function readOwner(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

function isGone(owner) {
  const [pid, host] = owner.trim().split(' ');
  if (host !== os.hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** By rename, so that of two processes that see the same dead owner only one removes its lock. */
function removeAbandoned(file, owner) {
  const aside = `${file}.${process.pid}`;
  try {
    fs.renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  // Someone else was quicker and this is the new owner's lock: give it back.
  if (fs.readFileSync(aside, 'utf8') !== owner) fs.renameSync(aside, file);
  else fs.unlinkSync(aside);
}

module.exports = { withSetupLock };
