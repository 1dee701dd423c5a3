/** Nobody on this host opens or runs a file any more. */
import { type BigIntStats, closeSync, fstatSync } from 'node:fs'
import { constants } from 'node:os'
import { z } from 'zod'
import { AppError } from '../../lib/app-error.ts'
import { type ActionContext, type Done, defineAction, type Verification } from '../action.ts'
import { contentOf } from '../host/digest.ts'
import { asActionFailure, errnoName, failed } from '../host/failures.ts'
import { inside, mustBeMeant, openRegular, type Place, rootOf, statOf } from '../host/inside.ts'
import { systemTwin } from '../host/system-twin.ts'
import type { FileContent, FileDenial } from '../native.ts'
import { MAX_CONTENT_BYTES } from '../prevention/orders.ts'
import type { ActionSubject } from '../subject.ts'

const NAME = 'block-file'
const { ECANCELED, ENOENT, ENOSPC, ENOSYS, ESRCH, ETIMEDOUT } = constants.errno

const schema = z.object({
  copies: z
    .boolean()
    .default(true)
    .describe(
      'Other files with the same content, too, wherever they lie or come. false: this file alone, by all its names. Default: true.',
    ),
})
type Settings = z.infer<typeof schema>

export const blockFile = defineAction({
  name: NAME,
  doc: 'Nobody opens or runs the file any more, by whatever name, nor another one with its content (SHA-256): the helper of prevention denies it (EPERM), whatever `--prevent` says of rules, unless that is `off`. By the file alone where it is empty, larger than 64 MiB, written to, or its content that of a program of the system; the step says so. Who has it open already keeps it. What process 1 and the agent run, and what logins need, stays. Ends when it is taken back, or with the agent; the next one does it again if the file still lies there.',
  needs: 'file',
  schema,
  examples: [
    { doc: 'The file of the finding, and its copies.', with: {} },
    { doc: 'The file alone: one of an image that other containers need.', with: { copies: false } },
  ],
  reach: async () => ({ pids: [], processes: [], processCount: 0, containers: [] }),
  run: (subject, config, context) => asActionFailure(NAME, () => block(subject, config, context)),
  verify: (subject, _config, done, context) => asActionFailure(NAME, () => verify(subject, done, context)),
  undo: async ({ key }, { native }) => {
    const errno = (await native.allowFile?.(String(key))) ?? ENOENT
    if (errno === ENOENT) return 'it had ended with an earlier agent'
    if (errno !== 0) throw failed(NAME, `it cannot be taken back: ${errnoName(errno)}`)
    return 'it can be opened again'
  },
})

interface Opened {
  readonly fd: number
  readonly stat: BigIntStats
}

/** Modes would not do: root reads what it may not, and its owner changes them. */
async function block(subject: ActionSubject, { copies }: Settings, context: ActionContext): Promise<Done> {
  const path = subject.file ?? ''
  const root = rootOf(subject, context, NAME)
  return inside(root.path, path, NAME, async (place) => {
    const { fd, stat } = open(place, path)
    try {
      mustBeMeant(root, stat, { action: NAME, proc: context.proc })
      const key = keyOf(stat)
      const { content, why } = copies ? await contentToBlock({ fd, stat }, context) : { content: undefined, why: 'as was asked' }
      const again = () => openAgain(root.path, path, stat)
      context.note?.({ key })
      const denial = await context.native.denyFile?.({ key, path, fd, content, again })
      mustBeDenied(denial)
      if (denial.before) return { summary: 'it was blocked before', detail: { key }, undo: undefined }
      const detail = {
        key,
        bytes: Number(stat.size),
        sha256: content?.sha256 ?? null,
        byInode: denial.byInode,
        byContent: denial.byContent,
      }
      return { summary: `${path} is denied to everybody: ${wordsOf(denial, content, why)}`, detail, undo: { key } }
    } finally {
      closeSync(fd)
    }
  })
}

function open(place: Place, path: string): Opened {
  if (statOf(place) === undefined) throw failed(NAME, `${path} is not there`)
  const fd = openRegular(place)
  if (fd === undefined) throw failed(NAME, `${path} is no regular file`)
  return { fd, stat: fstatSync(fd, { bigint: true }) }
}

/** The very file, should it still be there: another one may have its inode by now, made later. */
async function openAgain(root: string, path: string, { dev, ino, birthtimeNs }: BigIntStats): Promise<number | undefined> {
  try {
    return await inside(root, path, NAME, (place) => {
      const { fd, stat } = open(place, path)
      if (stat.dev === dev && stat.ino === ino && stat.birthtimeNs === birthtimeNs) return fd
      closeSync(fd)
      return undefined
    })
  } catch (error) {
    if (error instanceof AppError || (error as NodeJS.ErrnoException).syscall !== undefined) return undefined
    throw error
  }
}

/** `why`: why it is not blocked by content. */
async function contentToBlock(
  { fd, stat }: Opened,
  { proc }: ActionContext,
): Promise<{ readonly content: FileContent | undefined; readonly why: string }> {
  const no = (why: string) => ({ content: undefined, why })
  if (stat.size === 0n) return no('it is empty')
  if (stat.size > BigInt(MAX_CONTENT_BYTES)) return no(`it is larger than ${MAX_CONTENT_BYTES >> 20} MiB`)
  const content = await contentOf(fd, MAX_CONTENT_BYTES)
  if (content === undefined) return no('it is being written to')
  const twin = await systemTwin(stat, content, proc)
  return twin === undefined ? { content, why: '' } : no(`${twin} has the same content`)
}

function mustBeDenied(denial: FileDenial | undefined): asserts denial is FileDenial {
  const errno = denial?.errno ?? ENOSYS
  if (errno === ENOSYS)
    throw failed(NAME, 'prevention is off, and nothing else can deny a file (ENOSYS): start the agent with --prevent dry-run or act')
  if (errno === ENOSPC) throw failed(NAME, 'too many files are blocked (ENOSPC): take some back')
  if ([ESRCH, ECANCELED, ETIMEDOUT].includes(errno))
    throw failed(NAME, `the helper of prevention does not run, or does not answer: ${errnoName(errno)}`)
  if (errno !== 0) throw failed(NAME, `prevention refuses it: ${errnoName(errno)}`)
}

function wordsOf({ byInode, byContent, watched, refused }: FileDenial, content: FileContent | undefined, why: string): string {
  if (content === undefined) return `by inode only: ${why}`
  const systems = `${watched} file system${watched === 1 ? '' : 's'}`
  const left = refused === 0 ? '' : `, and not on ${refused} that cannot be watched`
  const copies = byContent ? `on ${systems} whatever has its content${left}` : 'not its copies: no file system can be watched'
  return byInode ? `by inode, and ${copies}` : `${copies}; not by inode`
}

/** Nobody is denied what the agent opens: so a file cannot be tried from here. The kernel is asked for its mark, and the helper for its list. */
async function verify(subject: ActionSubject, { detail }: Done, context: ActionContext): Promise<Verification> {
  const path = subject.file ?? ''
  return inside(rootOf(subject, context, NAME).path, path, NAME, async (place) => {
    const { fd, stat } = open(place, path)
    try {
      if (keyOf(stat) !== detail.key && !(await hasContent(fd, detail.sha256)))
        return { verified: false, isLost: true, summary: 'another file has come into its place' }
      const { errno, byInode, byContent } = (await context.native.lookAtFile?.(keyOf(stat), fd)) ?? { errno: ENOSYS }
      if (errno !== 0) return { verified: false, summary: `the helper of prevention does not deny it: ${errnoName(errno)}` }
      const asSaid = (byInode || byContent) && [byInode, byContent].every((one, at) => one || ![detail.byInode, detail.byContent][at])
      return {
        verified: asSaid === true,
        summary: `the kernel asks the helper of prevention, which denies ${deniedBy(byInode, byContent)}`,
      }
    } finally {
      closeSync(fd)
    }
  })
}

const hasContent = async (fd: number, sha256: unknown): Promise<boolean> =>
  sha256 !== null && (await contentOf(fd, MAX_CONTENT_BYTES))?.sha256 === sha256

function deniedBy(byInode: boolean | undefined, byContent: boolean | undefined): string {
  const ways = [...(byInode ? ['its inode'] : []), ...(byContent ? ['its content'] : [])]
  return ways.length === 0 ? 'neither its inode nor its content' : ways.join(' and ')
}

/** `MAJOR:MINOR:INODE`, of the device as the kernel has it: stat(2) packs that in another way. */
function keyOf({ dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n)
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n)
  return `${major}:${minor}:${ino}`
}
