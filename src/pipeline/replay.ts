/** `tarsier replay`: a recording through the same process tree, rules and folding as a live run. */
import { namedFiles } from '../detect/named-files.ts'
import { createEnricher } from '../enrich/enrich.ts'
import { replayHost } from '../enrich/host-facts.ts'
import type { AnyKernelEvent } from '../events/event.ts'
import type { HeaderRecord } from '../events/records.gen.ts'
import type { RuleChoice } from '../lang/rule-choice.ts'
import { openOutputs, prepareOutputs } from '../notify/notify.ts'
import { eachRecord, newTally } from '../sources/each-record.ts'
import { openReplaySource, type ReplayEnd, type ReplaySource } from '../sources/replay.ts'
import type { AgentHost } from './agent.ts'
import { createDetection } from './detection.ts'
import { guard } from './faults.ts'
import { recordsOf } from './live-events.ts'
import { createNearMisses } from './near-misses.ts'
import { outputContext } from './output-context.ts'
import { type RecordedSide, readRecordedSide } from './recorded-host.ts'
import { loadEngine, ruleNamed } from './rules.ts'
import { processAccount } from './say.ts'
import { watchSignals } from './stop-signals.ts'

export interface ReplaySettings {
  readonly file: string
  readonly rules: RuleChoice
  readonly outputs: readonly string[]
  readonly foldWindowMs: number
  readonly verbose: boolean
  readonly explain: string | undefined
  /** 1 is the pace at which it happened; undefined as fast as possible. */
  readonly speed: number | undefined
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
  const tally = { events: 0 }
  const read = newTally()
  const onRecord = { call: (_: HeaderRecord): void => {} }
  const { guarded, faults } = guard((event: AnyKernelEvent) => {
    detection.onEvent(event)
    nearMisses?.look(event)
  })
  const source = await openReplaySource({
    path: settings.file,
    ...(settings.speed === undefined ? {} : { speed: settings.speed }),
    onBatch: (batch) => {
      eachRecord(batch, onRecord.call, read)
      return notifier.room()
    },
  })
  const enricher = openEnricher(source, side, namedFiles(engine.rules.map(({ rule }) => rule)))
  const detection = createDetection({ engine, hostname: source.host.hostname, foldWindowMs: settings.foldWindowMs, emit: notifier.write })
  onRecord.call = (record) => {
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
    signals.close()
    if (faults.count() > 0) host.log.error('events could not be judged because of a bug', { events: faults.count(), last: faults.last() })
    const { taken, emitted, folded } = detection.stats()
    const findings = { findings: taken, findings_printed: emitted, findings_folded: folded }
    host.log.info('replayed', { events: tally.events, ...findings, ...processAccount(performance.now() - begun) })
  }
}

function openEnricher(source: ReplaySource, side: RecordedSide | undefined, namedFiles: Iterable<string>) {
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
    bootTimeNs: source.bootEpochNs,
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
