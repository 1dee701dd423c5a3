/** `tarsier record`: the sensor's records, as they are, into a file, with what a replay needs to know of the host. */
import { release } from 'node:os'
import { namedFiles } from '../detect/named-files.ts'
import { type RecordingHost, recordHost } from '../enrich/host-facts.ts'
import type { AnyKernelEvent } from '../events/event.ts'
import { VOCABULARY } from '../events/fields.ts'
import { type Batch, batchOf } from '../events/raw-record.ts'
import { loadChosenRules } from '../lang/rule-choice.ts'
import type { AppError } from '../lib/app-error.ts'
import { createRecording, type RecordingWriter } from '../sources/recording.ts'
import type { AgentHost } from './agent.ts'
import { type LiveEvents, openLiveEvents } from './live-events.ts'
import type { RecordedSide } from './recorded-host.ts'
import { processAccount, sayHooks, sayReady, sensorAccount } from './say.ts'
import { totalLost } from './sensor-losses.ts'
import { type StopSignals, watchSignals } from './stop-signals.ts'
import { kindsOfPatterns } from './wanted-kinds.ts'

export interface RecordOptions {
  readonly file: string
  /** Undefined: until SIGINT or SIGTERM. */
  readonly seconds: number | undefined
  readonly kinds: readonly string[]
  readonly ringBytes: number | undefined
  readonly compat: boolean
  /** Rules whose named files are looked up, so that a replay with them knows these files by inode. */
  readonly rulePath: string
}

/** A process can hold up the reading of its arguments; the others are not made to wait for it. */
const SETTLE_TIMEOUT_MS = 1000
/** So that a recording which breaks off still knows its host. */
const SIDE_MS = 60_000

/** Throws AppError EVENT_UNKNOWN_KIND, SENSOR_*, RECORDING_EXISTS, RECORDING_WRITE. */
export async function recordEvents(options: RecordOptions, { log }: AgentHost): Promise<void> {
  const begun = performance.now()
  const kinds = kindsOfPatterns(options.kinds)
  const signals = watchSignals()
  const held = holdBatches()
  let noted: RecordingHost | undefined
  const live = openLiveEvents({
    kinds,
    ringBytes: options.ringBytes,
    compat: options.compat,
    namedFiles: filesNamedIn(options.rulePath),
    onEvent: touchHost,
    throughHost: (host) => {
      noted = recordHost(host)
      return noted.host
    },
    onRaw: held.take,
  })
  const side = (): RecordedSide => ({ kind: 'tarsier-host', bootId: live.bootId, facts: facts(noted), lost: totalLost(live) })
  const failed: { error?: AppError } = {}
  const writer = await openWriter(options.file, live, (error) => {
    failed.error = error
    signals.stop()
  })
  held.release(writer)
  await live.settled(SETTLE_TIMEOUT_MS)
  writer.side(side())
  sayHooks(live.hooks, log)
  sayReady({ live, rules: undefined, startMs: performance.now() - begun }, log)
  await recordUntil(signals, options.seconds, () => writer.side(side()))
  await live.stop()
  const { records, droppedRecords, fileBytes } = await writer.close(side())
  signals.close()
  const account = { ...sensorAccount(live), records, records_lost: droppedRecords, file_bytes: fileBytes }
  log.info('stopped', { ...account, ...processAccount(performance.now() - begun) })
  if (failed.error) throw failed.error
}

/** Asks for what rules may ask at a replay: the names and the container of the process. Answers are remembered, so it costs little. */
function touchHost({ process }: AnyKernelEvent): void {
  void process?.userName
  void process?.container
}

function facts(noted: RecordingHost | undefined): RecordedSide['facts'] {
  if (noted === undefined) throw new Error('the host is asked before anything is recorded')
  return noted.facts()
}

/** Mistakes in the rules are of no interest here. */
function filesNamedIn(path: string): Iterable<string> {
  const choice = { paths: [path], strict: false, matching: 'all', priority: undefined, enable: [], disable: [] } as const
  return namedFiles(loadChosenRules(choice, VOCABULARY).rules)
}

async function openWriter(file: string, live: LiveEvents, onError: (error: AppError) => void): Promise<RecordingWriter> {
  try {
    const host = { hostname: live.hostname, kernel: release(), bootEpochNs: live.bootEpochNs }
    return await createRecording(file, { host, onError })
  } catch (error) {
    await live.stop()
    throw error
  }
}

async function recordUntil(signals: StopSignals, seconds: number | undefined, noteSide: () => void): Promise<void> {
  const timers = [setInterval(noteSide, SIDE_MS), ...(seconds === undefined ? [] : [setTimeout(signals.stop, seconds * 1000)])]
  await signals.stopped
  for (const timer of timers) clearTimeout(timer)
}

/** Keeps copies while the file is being made: the snapshot is taken before, in the same turn as the hooks are attached. */
function holdBatches() {
  const held: { readonly what: 'snapshot' | 'events'; readonly bytes: Buffer }[] = []
  let writer: RecordingWriter | undefined
  return {
    take: (what: 'snapshot' | 'events', batch: Batch): void => {
      if (writer) writer[what](batch)
      else held.push({ what, bytes: Buffer.from(batch.bytes) })
    },
    release: (made: RecordingWriter): void => {
      for (const { what, bytes } of held) made[what](batchOf(bytes))
      held.length = 0
      writer = made
    },
  }
}
