/**
 * A throw-away world for a script: mount, pid, net, uts and ipc namespaces of its own and a copy-on-write view of the root file system.
 * Nothing of it outlives its first process, which the kernel ends when this process ends, however it ends.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { containerConfig } from './container-config.ts'

export interface SandboxOptions {
  /** For /bin/sh. */
  readonly script: string
  readonly place: 'host' | 'container'
  /** Names the container, and the control group that it is in. */
  readonly name: string
  readonly timeoutMs: number
  /** Called right before the script starts, with the process that all of the sandbox descend from. */
  readonly onReady: (pid: number) => void
  /** Called when the script has ended; what is left of the sandbox goes when it resolves. */
  readonly onDone: () => Promise<void>
}

export interface SandboxResult {
  /** Exit status of the script; undefined when it was ended by a signal or by the time limit. */
  readonly code: number | undefined
  readonly timedOut: boolean
  /** The end of what it printed on both outputs. */
  readonly output: string
}

/** Programs that the sandbox is made with, and the Debian packages that have them. */
export const SANDBOX_PROGRAMS: Readonly<Record<string, string>> = {
  unshare: 'util-linux',
  setpriv: 'util-linux',
  pivot_root: 'util-linux',
  mount: 'mount',
  ip: 'iproute2',
  hostname: 'hostname',
}

/** Takes away what the namespaces leave: run it with the names' prefix, and let its standard input end. */
export const UNDERTAKER = fileURLToPath(new URL('undertaker.sh', import.meta.url))

const SCRIPT = fileURLToPath(new URL('sandbox.sh', import.meta.url))
const MAX_OUTPUT = 8192
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
/** What would change the host's clock, stop it, or reach its hardware. */
const DROPPED = '-sys_time,-sys_boot,-sys_rawio,-sys_module,-wake_alarm'

/** Resolves when everything in the sandbox has ended. Rejects when the sandbox itself could not be made. */
export async function runInSandbox({ script, place, name, timeoutMs, onReady, onDone }: SandboxOptions): Promise<SandboxResult> {
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', '--bounding-set', DROPPED, '--inh-caps', DROPPED, 'unshare', ...NAMESPACES, '/bin/sh', SCRIPT, place, name],
    { stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'], env: { PATH, HOME: '/root', LANG: 'C.UTF-8' }, cwd: '/' },
  )
  const ended = once(child, 'close') as Promise<[number | null]>
  const said = collect(child)
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    child.kill('SIGKILL')
  }, timeoutMs)
  try {
    send(child.stdio[3], script)
    send(child.stdio[4], place === 'container' ? JSON.stringify(containerConfig(name)) : '')
    const ready = await Promise.race([said.line('sandbox: ready\n'), ended.then(() => false)])
    if (!ready) throw new Error(timedOut ? 'the sandbox was not ready in time' : `the sandbox could not be made: ${said.text()}`)
    onReady(child.pid as number)
    const stdin = (child.stdin as Writable).on('error', ignore)
    stdin.write('go\n')
    if (await Promise.race([said.line('sandbox: done\n'), ended.then(() => false)])) await onDone()
    stdin.end('end\n')
    const [code] = await ended
    return { code: timedOut ? undefined : (code ?? undefined), timedOut, output: said.text() }
  } finally {
    clearTimeout(timer)
    child.kill('SIGKILL')
  }
}

const NAMESPACES = ['--mount', '--pid', '--fork', '--net', '--uts', '--ipc', '--kill-child', '--propagation', 'private']

/** A sandbox that ended before it read everything says so by its end. */
const ignore = (): void => undefined

function send(stream: ChildProcess['stdio'][number] | undefined, text: string): void {
  ;(stream as Writable).on('error', ignore).end(text)
}

interface Collected {
  /** Resolves when the line has come, which is then taken out: it is none of the script's. */
  readonly line: (text: string) => Promise<true>
  readonly text: () => string
}

function collect(child: ChildProcess): Collected {
  const waiting = new Map<string, () => void>()
  let text = ''
  const take = (part: string): void => {
    text = (text + part).slice(-MAX_OUTPUT)
    for (const [line, resolve] of waiting) {
      if (!text.includes(line)) continue
      text = text.replace(line, '')
      waiting.delete(line)
      resolve()
    }
  }
  for (const stream of [child.stdout, child.stderr]) (stream as Readable).setEncoding('utf8').on('data', take)
  const line = (wanted: string): Promise<true> =>
    new Promise((resolve) => {
      waiting.set(wanted, () => resolve(true))
      take('')
    })
  return { line, text: () => text.trim() }
}
