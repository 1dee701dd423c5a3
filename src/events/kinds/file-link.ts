import { defineEvent, i32, text, u32 } from '../define-event.ts'

export const fileLink = defineEvent({
  id: 13,
  name: 'file.link',
  types: ['link', 'linkat', 'symlink', 'symlinkat'],
  doc: 'A hard or symbolic link was made: oldPath is what it points to.',
  fields: {
    linkFlags: u32({ doc: 'Flags of linkat.', example: 0 }),
    oldDirfd: i32({ doc: 'Directory of the old path.', example: -100 }),
    newDirfd: i32({ doc: 'Directory of the new path.', example: -100 }),
    symbolic: u32({ doc: '1 for a symbolic link.', example: 1 }),
    oldPath: text(4096, { doc: 'Old path, resolved as far as the kernel allows.', example: '/tmp/a' }),
    newPath: text(4096, { doc: 'New path, likewise.', example: '/tmp/b' }),
    rawOldPath: text(4096, { doc: 'Old path as given.', example: 'a' }),
    rawNewPath: text(4096, { doc: 'New path as given.', example: 'b' }),
  },
})
