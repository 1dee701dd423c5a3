/** Makes images out of exec and snapshot records and out of /proc. */

import { processExec } from '../events/kinds/process-exec.ts'
import { layoutOf } from '../events/layout.ts'
import type { ExecutableFile } from '../events/process.ts'
import { processName } from '../events/process-name.ts'
import type { ProcessExecRecord, ProcessSnapshotRecord } from '../events/records.gen.ts'
import type { ProcessFacts } from './host-reader.ts'
import { createInterner } from './interned.ts'
import type { Image } from './process-node.ts'
import { EMPTY_BLOCK, type TextStore } from './text-store.ts'

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

  const ofExec: Images['ofExec'] = (record, comm) => ({
    ...common(record, comm),
    timeNs: record.timeNs,
    argv: argvs.keep(record.blob(ARGV_AT).toString('latin1')),
    env: envs.keep(record.blob(ENV_AT).toString('latin1')),
  })

  const ofSnapshot: Images['ofSnapshot'] = (record, comm) => common(record, comm)

  function common(record: ProcessExecRecord | ProcessSnapshotRecord, comm: string): Image {
    return image(comm, {
      execCount: record.execCount,
      exePath: shared(record.exe),
      cwd: shared(record.cwd),
      exe: fileOf(record),
      stdin: record.stdin,
      stdout: record.stdout,
      stderr: record.stderr,
    })
  }

  const ofFacts: Images['ofFacts'] = (facts, comm) =>
    image(comm, {
      execCount: 0,
      exePath: shared(facts?.exePath ?? ''),
      cwd: shared(facts?.cwd ?? ''),
      exe: NO_FILE,
      stdin: 0,
      stdout: 0,
      stderr: 0,
    })

  return Object.freeze({ ofExec, ofSnapshot, ofFacts })
}

function image(comm: string, rest: Pick<Image, 'execCount' | 'exePath' | 'cwd' | 'exe' | 'stdin' | 'stdout' | 'stderr'>): Image {
  return {
    timeNs: 0,
    comm: processName(comm, rest.exePath),
    argv: EMPTY_BLOCK,
    env: EMPTY_BLOCK,
    args: undefined,
    cmdline: undefined,
    ...rest,
  }
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
