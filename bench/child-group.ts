/** Children that are ended with all that they started. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'

/** Ends the group that a child leads, which was started `detached`. Nothing happens when it has ended. */
export function endGroup(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const GRACE_MS = 5000
const SIGNALS = ['SIGINT', 'SIGTERM'] as const
const EXIT_BY_SIGNAL = 130

/**
 * Runs a program and gives what it printed. After `timeoutMs` its group is asked to end, and killed 5 s later; when this process is
 * told to end, the group is too. Throws when it fails or takes too long.
 */
export function outputOf(program: string, args: readonly string[], timeoutMs: number, options: SpawnOptions = {}): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  let text = ''
  let hung = false
  child.stdout?.setEncoding('utf8').on('data', (part: string) => (text += part))
  const timer = setTimeout(() => {
    hung = true
    endGroup(child, 'SIGTERM')
    setTimeout(() => endGroup(child), GRACE_MS).unref()
  }, timeoutMs)
  const interrupted = (): void => {
    endGroup(child, 'SIGTERM')
    process.exit(EXIT_BY_SIGNAL)
  }
  for (const signal of SIGNALS) process.once(signal, interrupted)
  child.once('error', reject)
  child.once('exit', () => endGroup(child)) // what it left behind; it would hold the pipe open
  child.once('close', (code, signal) => {
    clearTimeout(timer)
    for (const one of SIGNALS) process.removeListener(one, interrupted)
    if (hung) reject(new Error(`took longer than ${timeoutMs / 1000} s and was ended; it had printed: ${text}`))
    else if (code === 0) resolve(text)
    else reject(new Error(`ended with ${code ?? signal}; it had printed: ${text}`))
  })
  return promise
}
