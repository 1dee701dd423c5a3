/** What history keeps of events is what rules saw of them: field by field, and rule by rule. */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createEngine } from '../../detect/engine.ts'
import { flatEvent } from '../../detect/flat-event.ts'
import { flatVocabulary } from '../../detect/flat-vocabulary.ts'
import { createEnricher } from '../../enrich/enrich.ts'
import { replayHost } from '../../enrich/host-facts.ts'
import type { AnyKernelEvent, FlatEvent } from '../../events/event.ts'
import type { FieldDefinition, FieldValue } from '../../events/field.ts'
import { FIELDS, VOCABULARY } from '../../events/fields.ts'
import { EventRepeatRecord } from '../../events/records.gen.ts'
import { exampleEvents, sampleProcess } from '../../events/sample-event.ts'
import type { HistoryEvent } from '../../findings/history-event.ts'
import type { ProcessRecord } from '../../findings/process-record.ts'
import { wholeFields } from '../../findings/whole-event.ts'
import { loadChosenRules } from '../../lang/rule-choice.ts'
import { eachRecord } from '../../sources/each-record.ts'
import { openReplaySource } from '../../sources/replay.ts'
import { recordsOf } from '../live-events.ts'
import { readRecordedSide } from '../recorded-host.ts'
import { isKeptInHistory } from './event-fields.ts'
import { createHistory } from './history.ts'

const RECORDING = fileURLToPath(new URL('../../../test/recordings/demo.tsr', import.meta.url))
const RULES = fileURLToPath(new URL('../../../rules', import.meta.url))

const commOf = ({ record }: AnyKernelEvent): string => record.comm.toString().replace(/\0.*$/s, '')

/** Puts together again what history was told. */
function rebuilder(hostname: string) {
  const states = new Map<string, ProcessRecord>()
  let last: FlatEvent | undefined
  const history = createHistory({
    hostname,
    maxPerSecond: 1e9,
    write: (line) => {
      const told = JSON.parse(`{${line}`) as { process?: ProcessRecord; event?: HistoryEvent }
      if (told.process !== undefined) states.set(told.process.id, told.process)
      if (told.event !== undefined) last = rebuilt(told.event, states.get(told.event.processId ?? ''))
    },
  })
  return (event: AnyKernelEvent): FlatEvent => {
    history.onEvent(event, true)
    if (last === undefined) throw new Error('nothing was told')
    return last
  }
}

const rebuilt = (event: HistoryEvent, process: ProcessRecord | undefined): FlatEvent =>
  flatEvent(wholeFields({ ...event, fields: { ...process?.fields, ...event.fields } }), 1)

async function eachRecorded(onEvent: (event: AnyKernelEvent) => void): Promise<void> {
  const side = await readRecordedSide(RECORDING)
  if (side === undefined) throw new Error('the recording tells nothing of its host')
  const source = await openReplaySource({
    path: RECORDING,
    onBatch: (batch) => {
      eachRecord(batch, (record) => {
        if (!(record instanceof EventRepeatRecord)) onEvent(enricher.enrich(record))
      })
    },
  })
  const enricher = createEnricher({ host: replayHost(side.facts), bootTimeNs: source.bootEpochNs, bootId: side.bootId })
  enricher.observeSnapshot(recordsOf(source.snapshot()))
  await source.play()
  await source.stop()
}

const FLAT = flatVocabulary(VOCABULARY)
const KEPT = FIELDS.filter(({ name, argument }) => argument?.required !== true && isKeptInHistory(name)).map((field) => ({
  field,
  live: field.bind(undefined),
  kept: (FLAT.field(field.name) as FieldDefinition).bind(undefined),
}))

/** To every operator nothing is the same as no element, and twice the same as once. */
const plain = (value: FieldValue | undefined): unknown => {
  if (Array.isArray(value)) return value.length === 0 ? undefined : [...new Set(value)].sort()
  return Buffer.isBuffer(value) ? value.toString('latin1') : value
}

/** A time of day in ns is exact to some hundred of them. */
const isSameTime = (name: string, a: unknown, b: unknown): boolean => name.endsWith('duration') && Math.abs(Number(a) - Number(b)) < 1000

function differences(event: AnyKernelEvent, whole: FlatEvent): string[] {
  return KEPT.flatMap(({ field, live, kept }) => {
    const [saw, keeps] = [plain(live(event)), plain(kept(whole))].map((value) => JSON.stringify(value))
    return saw === keeps || isSameTime(field.name, saw, keeps) ? [] : [`${event.kind} ${event.type}: ${field.name} was ${saw}, is ${keeps}`]
  })
}

test('every field of every kind of event is what it was, but for those that are not kept', () => {
  const rebuild = rebuilder('web-1')
  const named = exampleEvents().map((event) => Object.assign(event, { process: sampleProcess({ comm: commOf(event) }) }))
  expect(named.flatMap((event) => differences(event, rebuild(event)))).toEqual([])
})

test('every field of recorded events is what it was', async () => {
  const rebuild = rebuilder('inference-1')
  const found: string[] = []
  await eachRecorded((event) => found.push(...differences(event, rebuild(event))))
  expect(found).toEqual([])
})

test('every rule that matches an event as it happens matches it in history', async () => {
  const choice = { paths: [RULES], strict: true, matching: 'all', priority: undefined, enable: [], disable: [] } as const
  const live = createEngine(loadChosenRules(choice, VOCABULARY), VOCABULARY)
  const kept = createEngine(loadChosenRules(choice, FLAT), FLAT)
  const rebuild = rebuilder('inference-1')
  const rules = new Set<string>()
  const found: string[] = []
  await eachRecorded((event) => {
    const [now, later]: [string[], string[]] = [[], []]
    live.evaluate(event, ({ rule }) => now.push(rule.name))
    kept.evaluate(rebuild(event), ({ rule }) => later.push(rule.name))
    for (const name of now) rules.add(name)
    if (now.join() !== later.join()) found.push(`${event.type}: ${now.join()} and then ${later.join()}`)
  })
  expect(found).toEqual([])
  expect(rules.size).toBeGreaterThan(10)
})
