/** fs.path.*: the path or the two paths that a call that succeeded worked on. */
import type { AnyKernelEvent } from '../event.ts'
import { defineField } from '../field-readers/define-field.ts'
import { openedPath } from '../field-readers/file-of-event.ts'
import { normalizePath } from '../path.ts'

const succeeded = (event: AnyKernelEvent) => event.record.result >= 0

function onePath(event: AnyKernelEvent): { readonly path: string; readonly rawPath: string } | undefined {
  switch (event.kind) {
    case 'file.open':
    case 'file.unlink':
    case 'file.mkdir':
    case 'file.mknod':
    case 'file.chmod':
    case 'file.chown':
    case 'file.truncate':
    case 'file.setxattr':
    case 'mount.umount':
    case 'mount.root':
      return event.record
    default:
      return undefined
  }
}

interface TwoPaths {
  readonly source: string
  readonly sourceRaw: string
  readonly target: string
  readonly targetRaw: string
}

/** Falco calls the new name of a link its source and what it points to its target. */
function twoPaths(event: AnyKernelEvent): TwoPaths | undefined {
  switch (event.kind) {
    case 'file.rename': {
      const { oldPath, rawOldPath, newPath, rawNewPath } = event.record
      return { source: oldPath, sourceRaw: rawOldPath, target: newPath, targetRaw: rawNewPath }
    }
    case 'file.link': {
      const { oldPath, rawOldPath, newPath, rawNewPath } = event.record
      return { source: newPath, sourceRaw: rawNewPath, target: oldPath, targetRaw: rawOldPath }
    }
    case 'mount.mount': {
      const { sourcePath, targetPath } = event.record
      return { source: sourcePath, sourceRaw: sourcePath, target: targetPath, targetRaw: targetPath }
    }
    default:
      return undefined
  }
}

const DOC = 'Missing when the call failed.'
const KINDS = ['file.', 'mount.']

const one = (name: string, doc: string, key: 'path' | 'rawPath', example: string) =>
  defineField({
    name,
    type: 'string',
    doc: `${doc} ${DOC}`,
    example,
    kinds: KINDS,
    read: (event) => {
      if (!succeeded(event)) return undefined
      if (key === 'path' && event.kind === 'file.open') return openedPath(event)
      const path = onePath(event)?.[key]
      return path === undefined || key === 'rawPath' ? path : normalizePath(path)
    },
  })

const ofTwo = (name: string, doc: string, key: keyof TwoPaths, example: string) =>
  defineField({
    name,
    type: 'string',
    doc: `${doc} ${DOC}`,
    example,
    kinds: KINDS,
    read: (event) => {
      const path = succeeded(event) ? twoPaths(event)?.[key] : undefined
      return path === undefined || key.endsWith('Raw') ? path : normalizePath(path)
    },
  })

export const FS_FIELDS = [
  one('fs.path.name', 'Absolute path that a call on one path worked on.', 'path', '/etc/passwd'),
  one('fs.path.nameraw', 'That path as given.', 'rawPath', '../etc/passwd'),
  ofTwo('fs.path.source', 'Absolute first path of a call on two: the old name of a rename, the new name of a link.', 'source', '/tmp/a'),
  ofTwo('fs.path.sourceraw', 'That path as given.', 'sourceRaw', 'a'),
  ofTwo('fs.path.target', 'Absolute second path of a call on two: the new name of a rename, what a link points to.', 'target', '/tmp/b'),
  ofTwo('fs.path.targetraw', 'That path as given.', 'targetRaw', 'b'),
]
