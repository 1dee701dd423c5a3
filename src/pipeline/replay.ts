/** `tarsier replay`: a recording through the same process tree, rules and folding as a live run. */
import { namedFiles } from '../detect/named-files.ts'
import { createEnricher } from '../enrich/enrich.ts'
import { replayHost } from '../enrich/host-facts.ts'
import type { AnyKernelEvent } from '../events/event.ts'
import { HEADER_FLAGS } from '../events/header.ts'
import { EventRepeatRecord, type HeaderRecord } from '../events/records.gen.ts'
import type { Finding } from '../findings/finding.ts'
import type { RuleChoice } from '../lang/rule-choice.ts'
import { AppError } from '../lib/app-error.ts'
import { openOutputs, prepareOutputs } from '../notify/notify.ts'
import { eachRecord, newTally } from '../sources/each-record.ts'
import { openReplaySource, type ReplayEnd, type ReplaySource } from '../sources/replay.ts'
import type { AgentHost } from './agent.ts'
import { createDetection } from './detection.ts'
import { guard } from './faults.ts'
import { recordsOf, repeatsOf } from './live-events.ts'
import { createNearMisses } from './near-misses.ts'
import { outputContext } from './output-context.ts'
import { type RecordedSide, readRecordedSide } from './recorded-host.ts'
import { loadEngine, ruleNamed } from './rules.ts'
import { processAccount } from './say.ts'
import { watchSignals } from './stop-signals.ts'
import { type LinkSettings, openServerLink, type ServerLink } from './upstream/link.ts'

export interface ReplaySettings {
  readonly file: string
  readonly rules: RuleChoice
  readonly outputs: readonly string[]
  readonly foldWindowMs: number
  readonly shadow: boolean
  readonly verbose: boolean
  readonly explain: string | undefined
  /** 1 is the pace at which it happened; undefined as fast as possible. */
  readonly speed: number | undefined
  /** Kept for a server, as if it had ended just now; undefined: it is only printed. */
  readonly console: ReplayConsole | undefined
}

export interface ReplayConsole {
  /** The folder of what outlives a run. */
  readonly state: string
  readonly link: LinkSettings
}

const OUTPUT_TIMEOUT_MS = 5000

/** Throws AppError OUTPUT_*, FILE_*, RULES_*, RECORDING_*, HOST_FACTS; of a damaged recording after all that is whole was replayed. */
export async function replayRecording(settings: ReplaySettings, host: AgentHost): Promise<void> {
  const begun = performance.now()
  const prepared = prepareOutputs(settings.outputs)
  const engine = loadEngine(settings.rules, { stderr: host.stderr, colour: host.colour.stderr })
  const nearMisses = settings.explain === undefined ? undefined : createNearMisses(ruleNamed(settings.explain, engine), host.stderr)
  const side = await readRecordedSide(settings.file)
  const notifier = openOutputs(prepared, outputContext(host, settings.verbose))
  const shiftNs = settings.console === undefined ? 0 : Date.now() * 1e6 - (await lastTimeOf(settings.file))
  const tally = { events: 0 }
  const read = newTally()
  const onRecord = { call: (_: HeaderRecord): void => {} }
  const { guarded, faults } = guard((event: AnyKernelEvent) => {
    detection.onEvent(event)
    nearMisses?.look(event)
    link?.onEvent(event, engine.wantedTypes === 'all' || engine.wantedTypes.has(event.type))
  })
  const source = await openReplaySource({
    path: settings.file,
    ...(settings.speed === undefined ? {} : { speed: settings.speed }),
    onBatch: (batch) => {
      eachRecord(batch, onRecord.call, read)
      return notifier.room()
    },
  })
  const bootTimeNs = source.bootEpochNs + shiftNs
  const enricher = openEnricher({ source, side, bootTimeNs, namedFiles: namedFiles(engine.rules.map(({ rule }) => rule)) })
  const { hostname } = source.host
  const link =
    settings.console && openServerLink({ recorder: undefined, ...settings.console.link, state: settings.console.state, hostname, ...host })
  const { foldWindowMs, shadow } = settings
  const emit = (finding: Finding): void => {
    notifier.write(finding)
    link?.finding(finding)
  }
  const detection = createDetection({ engine, hostname, foldWindowMs, shadow, emit })
  onRecord.call = (record) => {
    if (record instanceof EventRepeatRecord) {
      detection.onRepeats(repeatsOf(record, bootTimeNs))
      return
    }
    // What was denied never happened.
    if ((record.flags & HEADER_FLAGS.denial) !== 0) return
    const event = enricher.enrich(record)
    tally.events++
    guarded(event)
    detection.advance(event.timeNs)
  }
  const signals = watchSignals(notifier.reopen)
  void signals.stopped.then(() => source.stop())
  try {
    const end = await source.play()
    sayEnd({ ...end, unreadable: end.unreadable + read.unknown + read.broken }, side, host)
  } finally {
    detection.flush()
    await notifier.close(OUTPUT_TIMEOUT_MS)
    if (faults.count() > 0) host.log.error('events could not be judged because of a bug', { events: faults.count(), last: faults.last() })
    const { taken, emitted, folded } = detection.stats()
    const findings = { findings: taken, findings_printed: emitted, findings_folded: folded }
    host.log.info('replayed', { events: tally.events, ...findings, ...processAccount(performance.now() - begun) })
    if (link !== undefined) await showUntil(signals.stopped, link)
    signals.close()
  }
}

/** The server is there until somebody has seen enough. */
async function showUntil(stopped: Promise<unknown>, link: ServerLink): Promise<void> {
  await link.begin(undefined)
  await stopped
  await link.close()
}

/** ns since 1970. Reads the recording once; what is wrong with it is told when it is replayed. */
async function lastTimeOf(path: string): Promise<number> {
  let last = 0
  const look = (record: HeaderRecord): void => {
    last = Math.max(last, record.timeNs)
  }
  const source = await openReplaySource({ path, onBatch: (batch) => void eachRecord(batch, look) })
  try {
    await source.play()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
  } finally {
    await source.stop()
  }
  return source.bootEpochNs + last
}

interface EnricherParts {
  readonly source: ReplaySource
  readonly side: RecordedSide | undefined
  /** ns since 1970 of the boot of the host. */
  readonly bootTimeNs: number
  readonly namedFiles: Iterable<string>
}

function openEnricher({ source, side, bootTimeNs, namedFiles }: EnricherParts) {
  const { hostname } = source.host
  const facts = side?.facts ?? {
    version: 1,
    hostname,
    process: {},
    cgroup: {},
    arguments: {},
    accounts: {},
    file: {},
    directory: {},
    fileId: {},
  }
  const enricher = createEnricher({
    host: replayHost(facts),
    bootTimeNs,
    bootId: side?.bootId ?? 'replayed',
    namedFiles,
  })
  enricher.observeSnapshot(recordsOf(source.snapshot()))
  return enricher
}

/** What the recording itself lacks. */
function sayEnd({ unreadable, counts }: ReplayEnd, side: RecordedSide | undefined, { log }: AgentHost): void {
  const lost = (side?.lost ?? 0) + (counts?.droppedRecords ?? 0)
  if (lost > 0) log.warning('events are missing from the recording: they were lost when it was made', { lost })
  if (unreadable > 0) log.warning('records of the recording could not be read by this version', { unreadable })
}
