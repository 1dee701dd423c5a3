/** What a recording keeps of its host beside the events: answers of /proc and the account files, the boot, the losses. */
import { type HostFacts, parseHostFacts } from '../enrich/host-facts.ts'
import { openRecording } from '../sources/recording/reader.ts'

/** A side value of a recording, and its final value: each stands for all before it. */
export interface RecordedSide {
  readonly kind: 'tarsier-host'
  readonly bootId: string
  readonly facts: HostFacts
  /** Events that never reached the recorder. */
  readonly lost: number
}

/**
 * The last side value of a recording. It stands at the end, so this reads the whole file; one that breaks off gives what was
 * noted before. Undefined when there is none. Throws AppError HOST_FACTS, RECORDING_* as openRecording does.
 */
export async function readRecordedSide(path: string): Promise<RecordedSide | undefined> {
  const recording = await openRecording(path)
  let last: unknown
  try {
    for await (const chunk of recording.chunks()) {
      if (chunk.kind === 'side') last = chunk.value
      else if (chunk.kind === 'end') last = chunk.final ?? last
    }
  } catch {
    // Where the file breaks off is said by the replay itself, after all that can be read.
  } finally {
    await recording.close()
  }
  return parseSide(last)
}

function parseSide(value: unknown): RecordedSide | undefined {
  if (typeof value !== 'object' || value === null || !('facts' in value)) return undefined
  const { bootId, facts, lost } = value as { readonly bootId?: unknown; readonly facts: unknown; readonly lost?: unknown }
  return {
    kind: 'tarsier-host',
    bootId: typeof bootId === 'string' ? bootId.slice(0, 64) : 'replayed',
    facts: parseHostFacts(facts),
    lost: typeof lost === 'number' ? lost : 0,
  }
}
