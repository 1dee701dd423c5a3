/** The real server as people start it, on a port of its own, with an empty state folder and nobody who may come in yet. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface TestServer {
  /** `http://127.0.0.1:12345`. */
  readonly url: string
  /** The one-time link that it printed. */
  readonly setUpLink: string
  readonly ingestSocket: string
  /** Ends it as an operator would; what it keeps stays. */
  readonly stop: () => Promise<void>
  /** Again, on the same port, over what it has kept. */
  readonly start: () => Promise<void>
  /** Ends it and takes everything away. */
  readonly close: () => Promise<void>
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const START_MS = 60_000

export async function startServer(): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tarsier-browser-'))
  let running = spawnServer(folder, '127.0.0.1:0')
  const setUpLink = await saidBy(running, /https?:\/\/\S+\/setup#\S+/)
  const { origin, host } = new URL(setUpLink)
  return {
    url: origin,
    setUpLink,
    ingestSocket: join(folder, 'server', 'ingest.sock'),
    stop: () => stop(running),
    start: async () => {
      running = spawnServer(folder, host)
      await saidBy(running, /https?:\/\/\S+/)
    },
    close: async () => {
      await stop(running)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const spawnServer = (folder: string, address: string): ChildProcess =>
  spawn(process.execPath, ['src/bin/cli.ts', 'serve', '--state', folder, '--listen', address], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
  })

/** The first such text on its standard error. Rejects when it ends or says nothing of the kind for a minute. */
function saidBy(child: ChildProcess, pattern: RegExp): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let said = ''
  const fail = (): void => reject(new Error(`the server did not start: ${said}`))
  const timer = setTimeout(fail, START_MS)
  child.on('exit', fail)
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
    const found = pattern.exec(said)?.[0]
    if (found !== undefined) resolve(found)
  })
  return promise.finally(() => clearTimeout(timer))
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await ended
  clearTimeout(force)
}
