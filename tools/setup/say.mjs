/** How set-up speaks: on standard error, so that the standard output of the command that follows stays its own. */

/** @param {string} text */
export function say(text) {
  process.stderr.write(`tarsier setup: ${text}\n`)
}

/** Something is missing that set-up cannot bring: one sentence, and the exact command that brings it. */
export class Missing extends Error {
  /** @param {string} sentence @param {string} command */
  constructor(sentence, command) {
    super(sentence)
    this.command = command
  }
}

/** What this machine or this user cannot have at all: not a failure of set-up, so that tests may go on without the sensor. */
export class Unable extends Missing {}
