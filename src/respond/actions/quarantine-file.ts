/** Takes a file away from where it lies, and keeps it encrypted. */
import { randomBytes } from 'node:crypto'
import {
  type BigIntStats,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  futimesSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  unlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { replaceFile } from '../../lib/write-file.ts'
import { type ActionContext, type Done, defineAction, type UndoState, type Verification } from '../action.ts'
import { asActionFailure, failed } from '../host/failures.ts'
import { inside, isSameFile, mustBeMeant, openRegular, type Place, rootOf, statOf, within } from '../host/inside.ts'
import { type Sealed, seal, sealingKey, unseal } from '../host/seal.ts'
import type { ActionSubject } from '../subject.ts'

const NAME = 'quarantine-file'
const MIB = 1 << 20

const schema = z.object({
  maxMiB: z.number().int().min(1).max(16_384).default(512).describe('A larger file stays where it is, and the action fails. Default: 512.'),
})
type Settings = z.infer<typeof schema>

export const quarantineFile = defineAction({
  name: NAME,
  doc: 'Seals a copy of the file (AES-256-GCM) in the agent’s folder and takes the file away. Processes that have it open, and other hard links, still have it. Taking it back restores content, mode, owner and times; extended attributes are lost. What process 1 and the agent run, and what logins need, stays.',
  needs: 'file',
  schema,
  examples: [
    { doc: 'The file of the finding.', with: {} },
    { doc: 'Model files, too.', with: { maxMiB: 8192 } },
  ],
  reach: async () => ({ pids: [], processes: [], processCount: 0, containers: [] }),
  run: (subject, config, context) => asActionFailure(NAME, () => quarantine(subject, config, context)),
  verify: (subject, _config, done, context) => asActionFailure(NAME, () => verify(subject, done, context)),
  undo: (state, context) => asActionFailure(NAME, () => restore(state, context)),
})

/** Beside the sealed content; all of it but the seal is bound to it. */
interface Kept {
  readonly path: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Decimal, ns since 1970. */
  readonly accessedNs: string
  readonly modifiedNs: string
  readonly links: number
  readonly hostname: string
  readonly container: string | null
  readonly findingId: string | null
  /** ns since 1970. */
  readonly takenNs: number
}

const keyOf = ({ state }: ActionContext): Buffer => sealingKey(join(state, 'keys/quarantine.key'))
const folderOf = ({ state }: ActionContext, id: string): string => join(state, 'quarantine', id)
/** Ids are ours, but come back from the disk. */
const ID = /^[0-9a-z-]{8,64}$/

async function quarantine(subject: ActionSubject, { maxMiB }: Settings, context: ActionContext): Promise<Done> {
  const path = subject.file ?? ''
  const root = rootOf(subject, context, NAME)
  const id = `${Math.trunc(context.nowNs() / 1e6).toString(36)}-${randomBytes(6).toString('hex')}`
  const folder = folderOf(context, id)
  return inside(root.path, path, NAME, async (place) => {
    const found = statOf(place)
    if (found === undefined) throw failed(NAME, `${path} is not there`)
    if (found.isSymbolicLink()) throw failed(NAME, `${path} leads over a link`)
    const fd = openRegular(place)
    if (fd === undefined) throw failed(NAME, `${path} is no regular file`)
    try {
      const before = fstatSync(fd, { bigint: true })
      mustBeMeant(root, before, { action: NAME, proc: context.proc })
      const kept = keptOf(subject, before, context)
      const undo = { id, root: root.path, host: root.path === '/' }
      context.note?.({ ...undo, begun: true, dev: String(before.dev), ino: String(before.ino) })
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const sealed = await sealStable(fd, folder, { kept, maxBytes: maxMiB * MIB, context })
      replaceFile(join(folder, 'kept.json'), `${JSON.stringify({ kept, sealed })}\n`, { mode: 0o600, folderMode: 0o700 })
      takeAway(place, before)
      const others = before.nlink - 1n
      const more = others > 0n ? `; ${others} other hard links still lead to it` : ''
      return {
        summary: `${sealed.bytes} bytes were sealed and the file was taken away${more}`,
        detail: { quarantine: id, sha256: sealed.sha256, bytes: sealed.bytes, otherLinks: Number(others) },
        undo,
      }
    } catch (error) {
      rmSync(folder, { recursive: true, force: true })
      throw error instanceof RangeError ? failed(NAME, error.message) : error
    } finally {
      closeSync(fd)
    }
  })
}

function keptOf({ file = '', hostname, container, findingId }: ActionSubject, stat: BigIntStats, { nowNs }: ActionContext): Kept {
  return {
    ...{ path: file, mode: Number(stat.mode & 0o7777n), uid: Number(stat.uid), gid: Number(stat.gid) },
    ...{ accessedNs: String(stat.atimeNs), modifiedNs: String(stat.mtimeNs), links: Number(stat.nlink) },
    ...{ hostname, container: container?.id ?? null, findingId: findingId ?? null, takenNs: nowNs() },
  }
}

const MAX_COPIES = 3

/** Copied anew where it was written to meanwhile; the last copy counts, so that who goes on writing does not keep it. */
async function sealStable(
  fd: number,
  folder: string,
  { kept, maxBytes, context }: { readonly kept: Kept; readonly maxBytes: number; readonly context: ActionContext },
): Promise<Sealed> {
  const to = join(folder, 'sealed')
  for (let copy = 1; ; copy++) {
    const before = fstatSync(fd, { bigint: true })
    rmSync(to, { force: true })
    const sealed = await seal(fd, to, { key: keyOf(context), label: JSON.stringify(kept), maxBytes })
    const after = fstatSync(fd, { bigint: true })
    if (copy >= MAX_COPIES || (before.mtimeNs === after.mtimeNs && before.size === after.size)) return sealed
  }
}

/** What has the name now has to be what was copied. */
function takeAway(place: Place, copied: BigIntStats): void {
  const now = statOf(place)
  if (now === undefined) return
  if (!isSameFile(now, copied)) throw failed(NAME, 'another file has come into its place meanwhile; it was left there')
  unlinkSync(within(place))
}

async function verify(subject: ActionSubject, { detail }: Done, context: ActionContext): Promise<Verification> {
  const isGone = await inside(rootOf(subject, context, NAME).path, subject.file ?? '', NAME, (place) => statOf(place) === undefined)
  if (!isGone) return { verified: false, summary: 'something lies at its path' }
  const id = String(detail.quarantine)
  const { kept, sealed } = readKept(id, context)
  try {
    await unseal(join(folderOf(context, id), 'sealed'), sealed, { key: keyOf(context), label: JSON.stringify(kept), to: undefined })
  } catch (error) {
    return { verified: false, summary: `the sealed copy cannot be read: ${(error as Error).message}` }
  }
  const isIt = sealed.sha256 === detail.sha256
  return {
    verified: isIt,
    summary: isIt ? 'nothing lies at its path, and the sealed copy has its digest' : 'the sealed copy has another digest',
  }
}

function readKept(id: string, context: ActionContext): { readonly kept: Kept; readonly sealed: Sealed } {
  if (!ID.test(id)) throw failed(NAME, 'no quarantine has an id of this form')
  return JSON.parse(readFileSync(join(folderOf(context, id), 'kept.json'), 'utf8'))
}

/** Where it was, if nothing has come into its place and its root can still be seen. */
async function restore(state: UndoState, context: ActionContext): Promise<string> {
  const id = String(state.id)
  const folder = folderOf(context, id)
  if (state.begun === true && !existsSync(join(folder, 'kept.json'))) return forget(folder)
  const { kept, sealed } = readKept(id, context)
  const root = state.host === true ? '/' : rootAgain(String(state.root), kept, context)
  const wasTaken = await inside(root, kept.path, NAME, async (place) => {
    if (isThere(place, state)) return false
    const fd = openNew(place)
    try {
      await unseal(join(folder, 'sealed'), sealed, { key: keyOf(context), label: JSON.stringify(kept), to: fd })
      fchownSync(fd, kept.uid, kept.gid)
      fchmodSync(fd, kept.mode)
      futimesSync(fd, secondsOf(kept.accessedNs), secondsOf(kept.modifiedNs))
    } catch (error) {
      unlinkSync(within(place))
      throw failed(NAME, `the sealed copy cannot be read: ${(error as Error).message}`)
    } finally {
      closeSync(fd)
    }
    return true
  })
  const told = forget(folder)
  return wasTaken ? `${kept.path} is where it was, with its digest` : told
}

function forget(folder: string): string {
  rmSync(folder, { recursive: true, force: true })
  return 'it had not been taken away'
}

/** The agent was killed before it took it away. */
function isThere(place: Place, { begun, dev, ino }: UndoState): boolean {
  const now = begun === true ? statOf(place) : undefined
  return now !== undefined && String(now.dev) === dev && String(now.ino) === ino
}

function openNew(place: Place): number {
  try {
    return openSync(within(place), constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw failed(NAME, 'another file has come into its place meanwhile; it was left there')
    throw error
  }
}

/** utimes(2) takes seconds as a double here: to about 0.2 µs. */
const secondsOf = (ns: string): number => Number(BigInt(ns) / 1000n) / 1e6

/** The process that showed it may be gone, and its pid another's: then another of the container shows it. */
function rootAgain(root: string, { container }: Kept, context: ActionContext): string {
  if (container !== null) {
    const known = { id: container, name: undefined, image: undefined, pod: undefined }
    return rootOf({ ...NOBODY, container: known }, context, NAME).path
  }
  throw failed(NAME, `the process whose files it was among has ended (${root}); it stays sealed`)
}

const NOBODY = { hostname: '', findingId: undefined, process: undefined, file: undefined, address: undefined }
