/** runc itself, by its program: also where the daemon above it is dead. Names are arguments of their own, behind `--`. */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '../../lib/app-error.ts'
import type { Asking, ContainerRuntime, ContainerState, Located } from './runtime.ts'

const FOLDERS = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/usr/libexec/crio']
/** runc looks for systemd's helpers by it. */
const ENVIRONMENT = { PATH: FOLDERS.slice(0, 4).join(':') }
const MAX_OUTPUT = 1 << 20
const MAX_ROOTS = 256

export const runc: ContainerRuntime = {
  name: 'runc',
  doc: '`runc --root FOLDER state|pause|resume|kill -- ID`, where FOLDER has state of the container.',
  find: async (id, { runcRoots }, asking) => {
    // A state folder alone is no container: another who may write there would name one.
    const place = runcRoots.flatMap(foldersOf).find((root) => isRoots(root) && existsSync(join(root, id, 'state.json')))
    if (place === undefined) return undefined
    const facts = await state({ id, place }, asking)
    return facts && { runtime: 'runc', id, place, namespace: '', pid: facts.pid }
  },
  state: async (container, asking) => (await state(container, asking))?.state ?? 'stopped',
  pause: async (container, asking) => void (await run(container, ['pause'], asking)),
  resume: async (container, asking) => void (await run(container, ['resume'], asking)),
  stop: async (container, _graceMs, asking) => signal(container, [], 'TERM', asking),
  kill: async (container, asking) => signal(container, ['--all'], 'KILL', asking),
}

/** `/run/containerd/runc/*`: each folder in it. */
function foldersOf(root: string): readonly string[] {
  if (!root.endsWith('/*')) return [root]
  const above = dirname(root)
  if (!existsSync(above)) return []
  const entries = readdirSync(above, { withFileTypes: true })
  return entries.flatMap((entry) => (entry.isDirectory() ? [join(above, entry.name)] : [])).slice(0, MAX_ROOTS)
}

function isRoots(folder: string): boolean {
  const stat = statSync(folder, { throwIfNoEntry: false })
  return stat?.isDirectory() === true && stat.uid === 0 && (stat.mode & 0o022) === 0
}

interface Facts {
  readonly state: ContainerState
  readonly pid: number
}

/** Undefined when it is gone. */
async function state(container: Pick<Located, 'id' | 'place'>, asking: Asking): Promise<Facts | undefined> {
  if (!existsSync(join(container.place, container.id))) return undefined
  const output = await run(container, ['state'], asking)
  try {
    const { status, pid } = JSON.parse(output) as { status?: unknown; pid?: unknown }
    return { state: status === 'paused' || status === 'stopped' ? status : 'running', pid: Number.isSafeInteger(pid) ? Number(pid) : 0 }
  } catch {
    throw failure(container, 'told its state in another form than JSON')
  }
}

async function signal(container: Located, options: readonly string[], name: string, asking: Asking): Promise<void> {
  if ((await state(container, asking))?.state === 'stopped') return
  await run(container, ['kill', ...options], asking, [name])
}

/** Throws AppError RUNTIME_FAILED with what runc said. */
function run(
  { id, place }: Pick<Located, 'id' | 'place'>,
  command: readonly string[],
  { timeoutMs, signal }: Asking,
  rest: readonly string[] = [],
): Promise<string> {
  const program = FOLDERS.map((folder) => join(folder, 'runc')).find((path) => existsSync(path))
  if (program === undefined) throw failure({ place }, `no runc in ${FOLDERS.join(', ')}`)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const options = { env: ENVIRONMENT, cwd: '/', timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT, signal } as const
  execFile(program, ['--root', place, ...command, '--', id, ...rest], options, (error, stdout, stderr) => {
    if (error === null) resolve(stdout)
    else reject(failure({ place }, error.killed ? `did not answer within ${timeoutMs} ms` : wordsOf(stderr) || error.message))
  })
  return promise
}

const MAX_WORDS = 300
/** Its last line, without time and level. */
const wordsOf = (stderr: string): string => (/msg="?(.*?)"?$/.exec(stderr.trim())?.[1] ?? stderr.trim()).slice(0, MAX_WORDS)

const failure = ({ place }: { readonly place: string }, reason: string): AppError =>
  new AppError('RUNTIME_FAILED', { runtime: 'runc', place, reason })
