/** Nobody on this host opens or runs a file any more. */
import { constants } from 'node:os'
import { z } from 'zod'
import { type ActionContext, type Done, defineAction, type Verification } from '../action.ts'
import { asActionFailure, errnoName, failed } from '../host/failures.ts'
import { inside, mustBeMeant, rootOf, statOf } from '../host/inside.ts'
import type { FileIdentity } from '../native.ts'
import type { ActionSubject } from '../subject.ts'

const NAME = 'block-file'

export const blockFile = defineAction({
  name: NAME,
  doc: 'Nobody opens or runs the file any more, by whatever name: the helper of prevention denies its inode. Needs prevention to be on. Ends when it is taken back, or with the agent.',
  needs: 'file',
  schema: z.object({}),
  examples: [{ doc: 'The file of the finding.', with: {} }],
  reach: async () => ({ pids: [], processes: [], processCount: 0, containers: [] }),
  run: (subject, _config, context) => asActionFailure(NAME, () => block(subject, context)),
  verify: (subject, _config, done, context) => asActionFailure(NAME, () => verify(subject, done, context)),
  undo: async ({ dev, ino }, { native }) => {
    const errno = native.allowFile?.({ dev: Number(dev), ino: Number(ino) }) ?? constants.errno.ENOSYS
    if (errno === constants.errno.ENOENT) return 'it had ended with an earlier agent'
    if (errno !== 0) throw failed(NAME, `it cannot be taken back: ${errnoName(errno)}`)
    return 'it can be opened again'
  },
})

/** Of a regular file; modes would not do: root reads what it may not, and its owner changes them. */
async function identityOf(subject: ActionSubject, context: ActionContext): Promise<FileIdentity> {
  const root = rootOf(subject, context, NAME)
  const stat = await inside(root.path, subject.file ?? '', NAME, statOf)
  if (stat === undefined) throw failed(NAME, `${subject.file} is not there`)
  if (!stat.isFile()) throw failed(NAME, `${subject.file} is no regular file`)
  mustBeMeant(root, stat, { action: NAME, proc: context.proc })
  return { dev: Number(stat.dev), ino: Number(stat.ino) }
}

async function block(subject: ActionSubject, context: ActionContext): Promise<Done> {
  const file = await identityOf(subject, context)
  const errno = context.native.denyFile?.(file) ?? constants.errno.ENOSYS
  if (errno === constants.errno.ENOSYS)
    throw failed(NAME, 'prevention is off, and nothing else can deny a file (ENOSYS): start the agent with --prevent act')
  if (errno !== 0) throw failed(NAME, `prevention refuses it: ${errnoName(errno)}`)
  return { summary: `${subject.file} is denied to everybody`, detail: { ...file }, undo: { ...file } }
}

/** Nobody is denied what the agent opens: so a file cannot be tried from here, and the helper is asked. */
async function verify(subject: ActionSubject, { detail }: Done, context: ActionContext): Promise<Verification> {
  const now = await identityOf(subject, context)
  if (now.dev !== detail.dev || now.ino !== detail.ino) return { verified: false, summary: 'another file has come into its place' }
  const isDenied = context.native.isFileDenied?.(now) === true
  return { verified: isDenied, summary: `the helper of prevention ${isDenied ? 'denies it' : 'does not deny it'}` }
}
