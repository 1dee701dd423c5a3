import { defineEvent, i32, text, u32 } from '../define-event.ts'

export const fileRename = defineEvent({
  id: 11,
  name: 'file.rename',
  types: ['rename', 'renameat', 'renameat2'],
  doc: 'A file was renamed.',
  fields: {
    renameFlags: u32({ doc: 'Flags of renameat2.', example: 0 }),
    oldDirfd: i32({ doc: 'Directory of the old path.', example: -100 }),
    newDirfd: i32({ doc: 'Directory of the new path.', example: -100 }),
    oldPath: text(4096, { doc: 'Old path, resolved as far as the kernel allows.', example: '/tmp/a' }),
    newPath: text(4096, { doc: 'New path, likewise.', example: '/tmp/b' }),
    rawOldPath: text(4096, { doc: 'Old path as given.', example: 'a' }),
    rawNewPath: text(4096, { doc: 'New path as given.', example: 'b' }),
  },
})
