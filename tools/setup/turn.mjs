/** One set-up at a time: `npm start` in one shell and `npm test` in another must not install into the same folder at once. */
import { accessSync, constants, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Missing, say } from './say.mjs'

/** Runs `work` while no other set-up of this clone does; waits for one that lives, and passes over one that died. @param {string} root @param {() => void} work */
export function takeTurn(root, work) {
  const lock = join(root, 'build/setup.lock')
  makeFolder(root)
  for (let waited = false; !tryLock(lock); waited = true) {
    const owner = Number(readOwner(lock))
    if (owner > 0 && !lives(owner)) rmSync(lock, { force: true })
    else if (!waited) say(`waiting for another set-up (process ${owner}) to end`)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  }
  try {
    work()
  } finally {
    rmSync(lock, { force: true })
  }
}

/** @param {string} root @throws {Missing} where this user may not write. */
function makeFolder(root) {
  try {
    mkdirSync(join(root, 'build'), { recursive: true })
    accessSync(join(root, 'build'), constants.W_OK)
    accessSync(root, constants.W_OK)
  } catch (error) {
    throw new Missing(`this user cannot write to ${root} (${error.code}).`, `sudo chown -R "$(id -un)" ${root}`)
  }
}

/** Links a file that names us already, so that a lock is never seen without its owner. @param {string} lock */
function tryLock(lock) {
  const named = `${lock}.${process.pid}`
  try {
    writeFileSync(named, String(process.pid))
    linkSync(named, lock)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(named, { force: true })
  }
}

/** The process id in the lock; empty when its owner has just gone. @param {string} lock */
function readOwner(lock) {
  try {
    return readFileSync(lock, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return ''
    throw error
  }
}

/** @param {number} pid */
function lives(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
