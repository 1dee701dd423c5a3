/** Arguments of the calls on files. */
import { describeDescriptor } from '../fields/fd.ts'
import type { FileOpenRecord } from '../records.gen.ts'
import { FILE_FLAGS } from '../shared-fields.ts'
import {
  type CallArgument,
  callsOf,
  describedDescriptor,
  descriptor,
  group,
  hex,
  named,
  number,
  octal,
  path,
  RES,
  text,
  user,
} from './argument.ts'
import {
  CHOWN_FLAGS,
  flagNames,
  LINK_FLAGS,
  MEMFD_FLAGS,
  modeNames,
  type NamedBits,
  openFlagNames,
  RENAME_FLAGS,
  RESOLVE_FLAGS,
  UNLINK_FLAGS,
} from './flags.ts'

/** What Falco adds to the flags of an open file. */
const FOUND_FLAGS: NamedBits = [
  ['O_F_CREATED', FILE_FLAGS.created],
  ['FD_UPPER_LAYER', FILE_FLAGS.upperLayer],
  ['FD_LOWER_LAYER', FILE_FLAGS.lowerLayer],
]

const FOUND_FLAGS_OF_CREAT: NamedBits = [
  ['FD_UPPER_LAYER_CREAT', FILE_FLAGS.upperLayer],
  ['FD_LOWER_LAYER_CREAT', FILE_FLAGS.lowerLayer],
]

function openFlags(record: FileOpenRecord): string {
  const found = flagNames(FOUND_FLAGS, record.fileFlags)
  return found === '' ? openFlagNames(record.openFlags) : `${openFlagNames(record.openFlags)}|${found}`
}

type Opened = CallArgument<FileOpenRecord>
const FD: Opened = describedDescriptor('fd', (record) => record.result, describeDescriptor)
const NAME: Opened = path(
  'name',
  (record) => record.rawPath,
  (record) => record.path,
)
const FLAGS: Opened = named('flags', (record) => record.openFlags, openFlags)
const MODE: Opened = octal('mode', (record) => record.mode)
const DEV: Opened = hex('dev', (record) => record.dev)
const INO: Opened = number('ino', (record) => record.ino)
const DIRFD: Opened = descriptor('dirfd', (record) => record.dirfd)

const openCalls = callsOf('file.open', {
  open: [FD, NAME, FLAGS, MODE, DEV, INO],
  openat: [FD, DIRFD, NAME, FLAGS, MODE, DEV, INO],
  openat2: [
    FD,
    DIRFD,
    NAME,
    FLAGS,
    MODE,
    named(
      'resolve',
      (record) => record.resolve,
      (record) => flagNames(RESOLVE_FLAGS, record.resolve),
    ),
    DEV,
    INO,
  ],
  creat: [
    FD,
    NAME,
    MODE,
    DEV,
    INO,
    named(
      'creat_flags',
      (record) => record.fileFlags & (FILE_FLAGS.upperLayer | FILE_FLAGS.lowerLayer),
      (record) => flagNames(FOUND_FLAGS_OF_CREAT, record.fileFlags),
    ),
  ],
  open_by_handle_at: [FD, descriptor('mountfd', (record) => record.dirfd), FLAGS, text('path', (record) => record.path), DEV, INO],
})

interface TwoPaths {
  readonly oldDirfd: number
  readonly newDirfd: number
  readonly rawOldPath: string
  readonly rawNewPath: string
  readonly oldPath: string
  readonly newPath: string
}

const OLD_PATH: CallArgument<TwoPaths> = path(
  'oldpath',
  (record) => record.rawOldPath,
  (record) => record.oldPath,
)
const NEW_PATH: CallArgument<TwoPaths> = path(
  'newpath',
  (record) => record.rawNewPath,
  (record) => record.newPath,
)
const oldDirectory = (name: string): CallArgument<TwoPaths> => descriptor(name, (record) => record.oldDirfd)
const newDirectory = (name: string): CallArgument<TwoPaths> => descriptor(name, (record) => record.newDirfd)

const renameCalls = callsOf('file.rename', {
  rename: [RES, OLD_PATH, NEW_PATH],
  renameat: [RES, oldDirectory('olddirfd'), OLD_PATH, newDirectory('newdirfd'), NEW_PATH],
  renameat2: [
    RES,
    oldDirectory('olddirfd'),
    OLD_PATH,
    newDirectory('newdirfd'),
    NEW_PATH,
    named(
      'flags',
      (record) => record.renameFlags,
      (record) => flagNames(RENAME_FLAGS, record.renameFlags),
    ),
  ],
})

/** A symbolic link points at its target as given, never at a path made absolute. */
const TARGET: CallArgument<TwoPaths> = text('target', (record) => record.rawOldPath)
const LINK_PATH: CallArgument<TwoPaths> = path(
  'linkpath',
  (record) => record.rawNewPath,
  (record) => record.newPath,
)

const linkCalls = callsOf('file.link', {
  link: [RES, OLD_PATH, NEW_PATH],
  linkat: [
    RES,
    oldDirectory('olddir'),
    OLD_PATH,
    newDirectory('newdir'),
    NEW_PATH,
    named(
      'flags',
      (record) => record.linkFlags,
      (record) => flagNames(LINK_FLAGS, record.linkFlags),
    ),
  ],
  symlink: [RES, TARGET, LINK_PATH],
  symlinkat: [RES, TARGET, newDirectory('linkdirfd'), LINK_PATH],
})

interface OnePath {
  readonly path: string
  readonly rawPath: string
}

const onePath = (name: string): CallArgument<OnePath> =>
  path(
    name,
    (record) => record.rawPath,
    (record) => record.path,
  )

const unlinkCalls = callsOf('file.unlink', {
  unlink: [RES, onePath('path')],
  unlinkat: [
    RES,
    descriptor('dirfd', (record) => record.dirfd),
    onePath('name'),
    named(
      'flags',
      (record) => record.unlinkFlags,
      (record) => flagNames(UNLINK_FLAGS, record.unlinkFlags),
    ),
  ],
  rmdir: [RES, onePath('path')],
})

const mkdirCalls = callsOf('file.mkdir', {
  mkdir: [RES, onePath('path'), hex('mode', (record) => record.mode)],
  mkdirat: [RES, descriptor('dirfd', (record) => record.dirfd), onePath('path'), hex('mode', (record) => record.mode)],
})

interface WithMode {
  readonly mode: number
}
const MODE_BITS: CallArgument<WithMode> = named(
  'mode',
  (record) => record.mode,
  (record) => modeNames(record.mode),
)

const mknodCalls = callsOf('file.mknod', {
  mknod: [RES, onePath('path'), MODE_BITS, number('dev', (record) => record.nodeDev)],
  mknodat: [RES, descriptor('dirfd', (record) => record.dirfd), onePath('path'), MODE_BITS, number('dev', (record) => record.nodeDev)],
})

const GIVEN_FD: CallArgument<{ readonly fd: number }> = describedDescriptor('fd', (record) => record.fd, describeDescriptor)
const GIVEN_DIRFD: CallArgument<{ readonly fd: number }> = descriptor('dirfd', (record) => record.fd)

const chmodCalls = callsOf('file.chmod', {
  chmod: [RES, onePath('filename'), MODE_BITS],
  fchmod: [RES, GIVEN_FD, MODE_BITS],
  fchmodat: [RES, GIVEN_DIRFD, onePath('filename'), MODE_BITS],
  fchmodat2: [RES, GIVEN_DIRFD, onePath('filename'), MODE_BITS],
})

const OWNER: CallArgument<{ readonly newUid: number }> = user('uid', (record) => record.newUid)
const OWNING_GROUP: CallArgument<{ readonly newGid: number }> = group('gid', (record) => record.newGid)

const chownCalls = callsOf('file.chown', {
  chown: [RES, onePath('path'), OWNER, OWNING_GROUP],
  lchown: [RES, onePath('path'), OWNER, OWNING_GROUP],
  fchown: [RES, GIVEN_FD, OWNER, OWNING_GROUP],
  fchownat: [
    RES,
    GIVEN_DIRFD,
    onePath('pathname'),
    OWNER,
    OWNING_GROUP,
    named(
      'flags',
      (record) => record.chownFlags,
      (record) => flagNames(CHOWN_FLAGS, record.chownFlags),
    ),
  ],
})

const truncateCalls = callsOf('file.truncate', {
  truncate: [RES, onePath('path'), number('length', (record) => record.length)],
  ftruncate: [RES, GIVEN_FD, number('length', (record) => record.length)],
})

const setxattrCalls = callsOf('file.setxattr', {
  setxattr: [RES, onePath('path'), text('name', (record) => record.attribute), number('size', (record) => record.valueSize)],
  lsetxattr: [RES, onePath('path'), text('name', (record) => record.attribute), number('size', (record) => record.valueSize)],
  fsetxattr: [RES, GIVEN_FD, text('name', (record) => record.attribute), number('size', (record) => record.valueSize)],
  setxattrat: [RES, GIVEN_DIRFD, onePath('path'), text('name', (record) => record.attribute), number('size', (record) => record.valueSize)],
})

const memfdCalls = callsOf('file.memfd_create', {
  memfd_create: [
    describedDescriptor('fd', (record) => record.result, describeDescriptor),
    text('name', (record) => record.memfdName),
    named(
      'flags',
      (record) => record.memfdFlags,
      (record) => flagNames(MEMFD_FLAGS, record.memfdFlags),
    ),
  ],
})

export const FILE_CALLS = [
  openCalls,
  renameCalls,
  linkCalls,
  unlinkCalls,
  mkdirCalls,
  mknodCalls,
  chmodCalls,
  chownCalls,
  truncateCalls,
  setxattrCalls,
  memfdCalls,
]
