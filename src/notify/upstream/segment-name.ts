/**
 * Names of the files that a spool is made of: `000012-9f86d081884c7d65-0000000000000001.ndjson` is of the twelfth run of the agent, of the
 * spool with that id, and begins with line 1. So they sort in the order in which they were written, and no other file need say what they are.
 */
export interface SegmentName {
  /** Grows with each run of the agent. */
  readonly run: number
  /** Of the run: random, so that none is used twice, even when the folder was put back from a copy. */
  readonly spool: string
  readonly firstSeq: number
}

const FORM = /^(\d{6,10})-([0-9a-f]{16})-(\d{16})\.ndjson$/

export function segmentFile({ run, spool, firstSeq }: SegmentName): string {
  return `${String(run).padStart(6, '0')}-${spool}-${String(firstSeq).padStart(16, '0')}.ndjson`
}

/** Undefined for a file that is no segment. */
export function parseSegmentFile(file: string): SegmentName | undefined {
  const [, run, spool, first] = FORM.exec(file) ?? []
  return spool === undefined ? undefined : { run: Number(run), spool, firstSeq: Number(first) }
}

export const inOrder = (a: SegmentName, b: SegmentName): number => a.run - b.run || a.firstSeq - b.firstSeq
