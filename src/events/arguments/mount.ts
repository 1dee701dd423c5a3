/** Arguments of the calls on mounts. */
import { callsOf, named, path, RES, text } from './argument.ts'
import { flagNames, MOUNT_FLAGS, UMOUNT_FLAGS } from './flags.ts'

const mountCalls = callsOf('mount.mount', {
  mount: [
    RES,
    text('dev', (record) => record.sourcePath),
    text('dir', (record) => record.targetPath),
    text('type', (record) => record.fileSystem),
    named(
      'flags',
      (record) => record.mountFlags,
      (record) => flagNames(MOUNT_FLAGS, record.mountFlags),
    ),
  ],
  move_mount: [RES, text('dev', (record) => record.sourcePath), text('dir', (record) => record.targetPath)],
})

const umountCalls = callsOf('mount.umount', {
  umount: [
    RES,
    path(
      'name',
      (record) => record.rawPath,
      (record) => record.path,
    ),
  ],
  umount2: [
    RES,
    path(
      'name',
      (record) => record.rawPath,
      (record) => record.path,
    ),
    named(
      'flags',
      (record) => record.umountFlags,
      (record) => flagNames(UMOUNT_FLAGS, record.umountFlags),
    ),
  ],
})

const rootCalls = callsOf('mount.root', {
  chroot: [
    RES,
    path(
      'path',
      (record) => record.rawPath,
      (record) => record.path,
    ),
  ],
  pivot_root: [
    RES,
    path(
      'new_root',
      (record) => record.rawPath,
      (record) => record.path,
    ),
    text('put_old', (record) => record.putOld),
  ],
})

export const MOUNT_CALLS = [mountCalls, umountCalls, rootCalls]
