/** Nobody is blinded: what one process does in a flood hides nothing that another does. */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type RunningTarsier, startTarsier, until } from '../tarsier.ts'
import { cannotContain, startContainer } from './bundle.ts'
import { cannotObserve, compileProgram, type Program, type Started } from './observe.ts'

const reason = cannotObserve()
const READS = 300
/** Longer than any reading takes: the floods are ended after it. */
const SECONDS = '600'
const RULE = 'Password file read by an unusual program'
let opens: Program
let reads: Program
let agent: RunningTarsier

beforeAll(() => {
  if (reason !== undefined) return
  opens = compileProgram('opens')
  reads = compileProgram('reads')
})
afterAll(() => {
  opens?.remove()
  reads?.remove()
})
beforeEach(async ({ skip }) => {
  if (reason !== undefined) skip(reason)
  agent = await startTarsier(['run', '--format', 'json', '--fold-window', '0'])
})
afterEach(async () => void (await agent?.stop('SIGKILL')))

interface Read {
  readonly read: number
  readonly found: number
  /** Floods that still ran when the last read was done. */
  readonly flooding: number
}

/** How many processes read the password file, and how many of them were found, while the floods went on. */
async function readDuring(floods: readonly Pick<Started, 'runs'>[]): Promise<Read> {
  const { output } = await reads.run(String(READS), '/etc/shadow')
  const flooding = floods.filter(({ runs }) => runs()).length
  const ofReaders = () => agent.findings().filter(({ rule, output: text }) => rule === RULE && text.includes('command=reads'))
  await until(
    () => ofReaders().length >= READS,
    10_000,
    () => agent.stderr(),
  ).catch(() => {})
  return { read: Number(output), found: new Set(ofReaders().map(({ process }) => process)).size, flooding }
}

/** The same with floods that are ended whatever happens. */
async function readBeside(...floods: readonly Started[]): Promise<Read> {
  try {
    return await readDuring(floods)
  } finally {
    await Promise.all(floods.map(({ end }) => end()))
  }
}

describe('every read of the password file is found while', () => {
  const all = (flooding: number): Read => ({ read: READS, found: READS, flooding })
  const loop = (path: string): Started => opens.start('loop', SECONDS, `r${path}`)

  test('another process opens and closes a file in a loop', async () => {
    expect(await readBeside(loop(opens.path))).toEqual(all(1))
  }, 60_000)

  test('as many do so as there are processors', async () => {
    const cores = availableParallelism()
    expect(await readBeside(...Array.from({ length: cores }, () => loop(opens.path)))).toEqual(all(cores))
  }, 60_000)

  test('the loop itself touches what rules are about', async () => {
    const writes = opens.start('loop', SECONDS, `w${join(opens.folder, 'authorized_keys')}`)
    expect(await readBeside(loop('/etc/shadow'), writes)).toEqual(all(2))
  }, 60_000)

  test('the loop runs in a container, and touches what rules are about there', async ({ skip }) => {
    const cannot = cannotContain()
    if (cannot !== undefined) skip(cannot)
    const container = startContainer('opens', ['loop', SECONDS, 'r/tmp/file', 'r/etc/shadow'])
    container.ended.catch(() => {}) // it is killed
    try {
      expect(await readDuring([container])).toEqual(all(1))
      expect(agent.findings().some(({ rule, output }) => rule === RULE && output.includes('command=opens'))).toBe(true)
    } finally {
      container.remove()
    }
  }, 60_000)
})
