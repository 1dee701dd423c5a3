/** Makes images out of exec and snapshot records and out of /proc. */

import { processExec } from '../events/kinds/process-exec.ts'
import { layoutOf } from '../events/layout.ts'
import type { ExecutableFile } from '../events/process.ts'
import { processName } from '../events/process-name.ts'
import type { ProcessExecRecord, ProcessSnapshotRecord } from '../events/records.gen.ts'
import type { ProcessFacts } from './host-reader.ts'
import { createInterner } from './interned.ts'
import type { Image } from './process-node.ts'
import { EMPTY_BLOCK, type TextBlock, type TextStore } from './text-store.ts'

export interface Images {
  readonly ofExec: (record: ProcessExecRecord, comm: string) => Image
  /** The kernel cannot read the arguments of another process: they are filled in later. */
  readonly ofSnapshot: (record: ProcessSnapshotRecord, comm: string) => Image
  readonly ofFacts: (facts: ProcessFacts | undefined, comm: string) => Image
}

const MAX_PATHS = 8192

const offsetIn = (name: string): number => {
  const place = layoutOf(processExec).fields.find((field) => field.name === name)
  if (place === undefined) throw new Error(`process.exec has no ${name}`)
  return place.offset
}
const ARGV_AT = offsetIn('argv')
const ENV_AT = offsetIn('env')

const NO_FILE: ExecutableFile = Object.freeze({ ino: 0, dev: 0, mode: 0, uid: 0, ctimeNs: 0, mtimeNs: 0, flags: 0 })

/** Paths are shared between images; argv and environ through the stores. */
export function createImages(argvs: TextStore, envs: TextStore): Images {
  const paths = createInterner<string>(MAX_PATHS)
  const shared = (path: string): string => paths(path, () => path)

  const ofExec: Images['ofExec'] = (record, comm) =>
    ofRecord(record, comm, { timeNs: record.timeNs, argv: blockOf(argvs, record, ARGV_AT), env: blockOf(envs, record, ENV_AT) })

  const ofSnapshot: Images['ofSnapshot'] = (record, comm) => ofRecord(record, comm, NOTHING_SEEN)

  function ofRecord(record: ProcessExecRecord | ProcessSnapshotRecord, comm: string, { timeNs, argv, env }: Exec): Image {
    const exePath = shared(record.exe)
    return {
      timeNs,
      execCount: record.execCount,
      comm: processName(comm, exePath),
      exePath,
      exe: fileOf(record),
      cwd: shared(record.cwd),
      stdin: record.stdin,
      stdout: record.stdout,
      stderr: record.stderr,
      argv,
      env,
      args: undefined,
      cmdline: undefined,
    }
  }

  const ofFacts: Images['ofFacts'] = (facts, comm) => {
    const exePath = shared(facts?.exePath ?? '')
    return {
      timeNs: 0,
      execCount: 0,
      comm: processName(comm, exePath),
      exePath,
      exe: NO_FILE,
      cwd: shared(facts?.cwd ?? ''),
      stdin: 0,
      stdout: 0,
      stderr: 0,
      argv: EMPTY_BLOCK,
      env: EMPTY_BLOCK,
      args: undefined,
      cmdline: undefined,
    }
  }

  return Object.freeze({ ofExec, ofSnapshot, ofFacts })
}

/** What only an exec tells. */
type Exec = Pick<Image, 'timeNs' | 'argv' | 'env'>

const NOTHING_SEEN: Exec = Object.freeze({ timeNs: 0, argv: EMPTY_BLOCK, env: EMPTY_BLOCK })

/** The text behind a slot (see RawRecord.blob). */
function blockOf(store: TextStore, record: ProcessExecRecord, slotOffset: number): TextBlock {
  const slot = record.u32(slotOffset)
  const start = record.at + (slot & 0xffff)
  return store.keepBytes(record.batch.bytes, start, start + (slot >>> 16))
}

function fileOf(record: ProcessExecRecord | ProcessSnapshotRecord): ExecutableFile {
  return {
    ino: record.ino,
    dev: record.dev,
    mode: record.fileMode,
    uid: record.fileUid,
    ctimeNs: record.exeCtimeNs,
    mtimeNs: record.exeMtimeNs,
    flags: record.fileFlags,
  }
}
