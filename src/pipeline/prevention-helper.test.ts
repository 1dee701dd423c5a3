import { expect, test } from 'vitest'
import type { Prevention } from '../detect/prevention.ts'
import { createLog } from '../lib/log.ts'
import type { PreventHandle } from '../respond/prevention/native.ts'
import type { TableSettings } from '../respond/prevention/table.ts'
import { keepHelper } from './prevention-helper.ts'

const SETTINGS: TableSettings = {
  ...{ act: false, deadlineMs: 50, agentPid: 1, mounts: [], protectedPrograms: [], programsOfRoot: [], quiet: [] },
}
const PREVENTION = {
  decisions: { rules: [], places: { 'process.exec': [], 'file.open': [] }, containers: false },
  enforcement: [],
} as unknown as Prevention

function scene() {
  const said: string[] = []
  let say: (bytes: Buffer | null) => void = () => undefined
  const helper = keepHelper({
    native: {
      preventStart: (_, onMessage) => {
        say = onMessage
        return {} as PreventHandle
      },
      ...{ preventUse: () => 0, preventAnswer: () => 0, preventOrder: () => 0, preventCounters: () => [] },
      ...{ preventPid: () => 1, preventStop: () => undefined },
    },
    listener: { onAsk: () => undefined, onTold: () => undefined, onBlocked: () => undefined, onFile: () => undefined },
    log: createLog({ write: (line) => said.push(line), format: 'text', level: 'info', colour: false, nowNs: () => 0 }),
    ...{ onFailed: () => undefined, onEnded: () => undefined },
  })
  /** As the helper says it. */
  function mount(path: string, errno: number): void {
    const head = Buffer.alloc(16)
    for (const [at, word] of [1, errno, Buffer.byteLength(path), 0].entries()) head.writeUInt32LE(word, 4 * at)
    say(Buffer.concat([head, Buffer.from(path)]))
  }
  helper.use(PREVENTION, SETTINGS)
  return { helper, mount, said, mounts: () => helper.status().mounts.map(({ path, errno }) => `${path} ${errno}`) }
}

test('a mount that is gone is none any more, and one that cannot be watched is said once', () => {
  const { mount, mounts, said } = scene()
  mount('/', 0)
  mount('/proc', 95)
  mount('/proc', 95)
  for (const errno of [0, 95]) mount(`/run/gone-${errno}`, errno)
  expect([mounts(), said.filter((line) => line.includes('/proc')).length]).toEqual([['/ 0', '/proc 95'], 1])
})

test('with new rules it is told anew what is watched', () => {
  const { helper, mount, mounts } = scene()
  mount('/', 0)
  helper.use(PREVENTION, SETTINGS)
  mount('/proc', 0)
  expect(mounts()).toEqual(['/proc 0'])
})
