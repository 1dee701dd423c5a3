/** Runs checked bytes as a program: without a shell, in a control group of its own, within time and output. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ActionContext } from './action.ts'
import { eventOf, folderOf, makeFolder, removeFolder } from './host/cgroups.ts'
import { killGroup } from './host/kill-group.ts'

export interface ScriptRun {
  readonly name: string
  readonly bytes: Buffer
  readonly environment: Readonly<Record<string, string>>
  readonly input: string
  readonly timeoutMs: number
  readonly maxOutputBytes: number
}

export interface ScriptEnd {
  /** Undefined: a signal ended it. */
  readonly code: number | undefined
  readonly signal: string | undefined
  /** Its time was over, or it said more than it may. */
  readonly killed: 'time' | 'output' | undefined
  /** Standard output and error as they came, at most so much. */
  readonly output: string
  /** Processes that it had left behind were ended. */
  readonly leftBehind: boolean
  /** Nobody is in its control group any more. */
  readonly gone: boolean
  readonly tookMs: number
}

type ScriptContext = Pick<ActionContext, 'native' | 'proc' | 'cgroups' | 'state' | 'signal'>

const LAUNCHER = fileURLToPath(new URL('./script-launcher.ts', import.meta.url))
const GONE_MS = 3_000
const POLL_MS = 20

/** Throws an Error for people where it cannot be started. Nothing of it runs when this returns, as far as `gone` says. */
export async function runScript(run: ScriptRun, context: ScriptContext): Promise<ScriptEnd> {
  const id = randomBytes(8).toString('hex')
  const own = folderOf(context.proc, context.cgroups, process.pid)
  if (own === undefined) throw new Error(`there is no version 2 hierarchy of control groups at ${context.cgroups} to keep a script in`)
  const group = join(own, `tarsier-script-${id}`)
  const copies = join(context.state, 'script-runs', id)
  try {
    makeFolder(group)
    const program = copyOf(run, copies)
    const end = await follow(start(program, group, run), group, { run, context })
    return { ...end, gone: await killUntilEmpty(group, context) }
  } finally {
    rmSync(copies, { recursive: true, force: true })
    removeFolder(group)
  }
}

/** The bytes that were checked, where root alone comes: whatever happens to the file meanwhile, these are run. */
function copyOf({ name, bytes }: ScriptRun, folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, basename(name))
  writeFileSync(path, bytes, { mode: 0o500, flag: 'wx' })
  return path
}

function start(program: string, group: string, { environment, input }: ScriptRun): ChildProcess {
  const child = spawn(process.execPath, ['--no-warnings', LAUNCHER, group, program], {
    cwd: '/',
    env: environment,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  // It may end without having read.
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(input)
  return child
}

async function follow(
  child: ChildProcess,
  group: string,
  { run, context }: { readonly run: ScriptRun; readonly context: ScriptContext },
): Promise<Omit<ScriptEnd, 'gone'>> {
  const { signal } = context
  const started = Date.now()
  const chunks: Buffer[] = []
  let size = 0
  let killed: ScriptEnd['killed']
  const kill = (why: 'time' | 'output'): void => {
    killed ??= why
    killAll(group, child, context)
  }
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      if (size < run.maxOutputBytes) chunks.push(chunk.subarray(0, run.maxOutputBytes - size))
      size += chunk.length
      if (size > run.maxOutputBytes) kill('output')
    })
  const timer = setTimeout(() => kill('time'), run.timeoutMs)
  const aborted = (): void => kill('time')
  signal.addEventListener('abort', aborted, { once: true })
  try {
    const [code, by] = await new Promise<[number | null, string | null]>((resolve, reject) => {
      child.once('error', reject)
      // Not `close`: what it left behind may hold its output open.
      child.once('exit', (...end) => resolve(end))
    })
    const leftBehind = eventOf(group, 'populated') === true
    const output = Buffer.concat(chunks).toString('utf8')
    return { code: code ?? undefined, signal: by ?? undefined, killed, output, leftBehind, tookMs: Date.now() - started }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', aborted)
    for (const stream of child.stdio) stream?.destroy()
  }
}

/** At once, also those that fork meanwhile. Never throws: clocks and streams call it. */
function killAll(group: string, child: ChildProcess, context: ScriptContext): void {
  killGroup(group, context)
  // Before it went into the group.
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
}

async function killUntilEmpty(group: string, context: ScriptContext): Promise<boolean> {
  const until = Date.now() + GONE_MS
  while (eventOf(group, 'populated') === true) {
    if (Date.now() > until) return false
    killGroup(group, context)
    await sleep(POLL_MS)
  }
  return true
}
