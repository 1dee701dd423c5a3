/**
 * The fields of a plain open, written by hand: most events are opens, and field by field they take two and a half times as long
 * (bench/history.ts). What is out of the ordinary in any way is left to the general way; open-text.test.ts holds the two together.
 */
import { openFlagNames } from '../../events/arguments/flags.ts'
import type { AnyKernelEvent } from '../../events/event.ts'
import { descriptorPath, openedPath } from '../../events/field-readers/file-of-event.ts'
import { HEADER_FLAGS } from '../../events/header.ts'
import { directoryOf, fileNameOf } from '../../events/path.ts'
import type { FileOpenRecord } from '../../events/records.gen.ts'
import { FILE_FLAGS } from '../../events/shared-fields.ts'
import { quoted } from '../../lib/json-text.ts'

const ACCESS_MODE = 3
const O_WRONLY = 1
const O_CREAT = 0o100
const O_DIRECTORY = 0o200_000
const O_PATH = 0o10_000_000
const O_TMPFILE = 0o20_000_000
const ANY_EXECUTE = 0o111
const S_IFMT = 0o170_000
const S_IFREG = 0o100_000
const MODE = 0o7777

/** What follows `"thread.tid":N`; undefined for an open that is not plain. */
export function plainOpenText(event: AnyKernelEvent): string | undefined {
  if (event.kind !== 'file.open' || !isPlain(event.record, event.type)) return undefined
  const { record } = event
  const { result, openFlags, ino } = record
  const path = openedPath(event) ?? ''
  const name = descriptorPath(event) ?? ''
  const given = record.rawPath
  const nameText = quoted(name)
  const failed = result < 0
  const mayRead = (openFlags & ACCESS_MODE) !== O_WRONLY
  const mayWrite = (openFlags & ACCESS_MODE) !== 0
  const descriptor = failed ? -1 : result
  return (
    `,"evt.rawres":${result},"evt.failed":${failed}${mayRead ? ',"evt.is_open_read":true' : ''},"evt.is_open_write":${mayWrite}` +
    `,"fd.num":${descriptor},"fd.type":"file","fd.typechar":"f","fd.name":${nameText},"fd.nameraw":${given === name ? nameText : quoted(given)}` +
    `,"fd.directory":${quoted(directoryOf(name))},"fd.filename":${quoted(fileNameOf(name))}${inodeText(record)}` +
    `${ino === 0 ? '' : `,"file.ino":${ino},"file.dev.major":${record.dev >>> 20},"file.dev.minor":${record.dev & 0xfffff}`}` +
    `${failed ? '' : `,"fs.path.name":${path === name ? nameText : quoted(path)}`}` +
    `,"evt.arg.flags":"${openFlagNames(openFlags)}","evt.arg.mode":"${modeText(record.mode)}"`
  )
}

function isPlain(record: FileOpenRecord, type: string): boolean {
  const { flags, repeat, truncated, tid, pid, fileFlags, openFlags, mode, fileMode } = record
  return (
    (type === 'openat' || type === 'open') &&
    flags === HEADER_FLAGS.hasResult &&
    repeat === 0 &&
    truncated === 0 &&
    tid === pid &&
    (fileFlags & ~FILE_FLAGS.writable) === 0 &&
    (openFlags & (O_PATH | O_TMPFILE | O_DIRECTORY)) === 0 &&
    ((openFlags & O_CREAT) === 0 || (mode & ANY_EXECUTE) === 0) &&
    (fileMode === 0 || (fileMode & S_IFMT) === S_IFREG)
  )
}

function inodeText({ fileFlags, fileMode, fileUid, linkCount }: FileOpenRecord): string {
  const writable = fileFlags === 0 ? '' : ',"file.writable":true'
  if (fileMode === 0) return writable
  return `${writable},"file.type":"regular","file.mode":${fileMode & MODE},"file.uid":${fileUid},"file.links":${linkCount}`
}

const modeText = (mode: number): string => (mode === 0 ? '0' : `0${mode.toString(8)}`)
