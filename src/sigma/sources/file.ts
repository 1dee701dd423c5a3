/** What happened to files. */
import { ACTOR_FIELDS, outputOf, type Source } from '../source.ts'

const OPENED = 'evt.type in (open, openat, openat2, creat, open_by_handle_at) and evt.rawres >= 0'

function fileSource(category: string, base: string, fields: Readonly<Record<string, string>>): Source {
  const [path = ''] = Object.values(fields)
  const record = { base, keywords: [], fields: { ...ACTOR_FIELDS, ...fields }, output: outputOf(`file=%${path}`) }
  return { logsource: { product: 'linux', category }, records: { file: record } }
}

/** Made or overwritten: opened for writing. */
export const fileEvent = fileSource('file_event', `${OPENED} and evt.is_open_write = true`, { TargetFilename: 'fd.name' })
export const fileAccess = fileSource('file_access', `${OPENED} and evt.is_open_read = true`, {
  FileName: 'fd.name',
  TargetFilename: 'fd.name',
})
export const fileDelete = fileSource('file_delete', 'evt.type in (unlink, unlinkat) and evt.rawres >= 0', {
  TargetFilename: 'fs.path.name',
})
export const fileRename = fileSource('file_rename', 'evt.type in (rename, renameat, renameat2) and evt.rawres >= 0', {
  TargetFilename: 'fs.path.target',
  SourceFilename: 'fs.path.source',
})
