/** The responses of a live agent: opened with it, told of time and of changed files, and ended in order. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ResponseChoice } from '../../lang/response-choice.ts'
import type { Native } from '../../respond/native.ts'
import { withNftables } from '../../respond/nftables/fallback.ts'
import { createNftables } from '../../respond/nftables/nftables.ts'
import { createNative } from '../../sources/ebpf/native-containment.ts'
import type { DeniedFiles } from '../prevention.ts'
import { type AgentResponses, createAgentResponses, type ResponsesOptions } from '../responses.ts'
import type { ServerLink } from '../upstream/link.ts'
import { watchFiles } from '../watched-files.ts'
import { cgroupsRoot } from './cgroups-root.ts'

export interface OpenedResponses extends Pick<AgentResponses, 'onFinding' | 'useRules' | 'view'> {
  readonly timers: readonly NodeJS.Timeout[]
  /** What an earlier agent did goes on, and what people ask for is taken. */
  readonly begin: (link: ServerLink | undefined) => Promise<void>
  /** What is under way is still done, within some seconds. */
  readonly close: () => Promise<void>
}

type OpenOptions = Omit<ResponsesOptions, 'choice' | 'native'>

const TICK_MS = 1000
const WATCH_MS = 500
const EXPIRE_MS = 10 * 60_000
const END_MS = 5000

/** `files`: what denies files, there when something is asked of it. Undefined where responses are off: then nobody can ask for an action either. Throws AppError FILE_*. */
export function openResponses(choice: ResponseChoice, options: OpenOptions, files: () => DeniedFiles): OpenedResponses | undefined {
  if (choice.atMost === 'off') return undefined
  const responses = createAgentResponses({ ...options, choice, native: nativeOf(options, files) })
  return Object.freeze({
    onFinding: responses.onFinding,
    useRules: responses.useRules,
    view: responses.view,
    timers: [
      setInterval(responses.tick, TICK_MS),
      setInterval(watchFiles(responses.files, responses.reload).look, WATCH_MS),
      setInterval(responses.expire, EXPIRE_MS),
    ],
    begin: async (link: ServerLink | undefined) => {
      responses.expire()
      await responses.resume()
      link?.takeOrders(responses.order)
    },
    close: async () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, END_MS)
      await Promise.race([responses.idle(), promise])
      clearTimeout(timer)
    },
  })
}

/** Rules of nftables outlive an agent whose watches were killed with it: that there may be some says a file. */
function nativeOf({ state, log }: Pick<OpenOptions, 'state' | 'log'>, files: () => DeniedFiles): Native {
  const nftables = createNftables(cgroupsRoot())
  const mark = join(state, 'respond/nftables')
  if (existsSync(mark)) {
    nftables.sweep()
    rmSync(mark, { force: true })
  }
  const onFirst = (): void => {
    mkdirSync(dirname(mark), { recursive: true, mode: 0o700 })
    writeFileSync(mark, '')
  }
  const denying: DeniedFiles = {
    denyFile: (file) => files().denyFile(file),
    allowFile: (key) => files().allowFile(key),
    lookAtFile: (key, fd) => files().lookAtFile(key, fd),
  }
  return withNftables({ ...createNative(), ...denying }, { nftables, log, onFirst })
}
