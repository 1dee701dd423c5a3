/** Parsers of the files of one process in /proc (proc(5)). Pure; undefined for text of another form. */

export interface StatFields {
  readonly comm: string
  readonly ppid: number
  readonly pgid: number
  readonly sid: number
  readonly tty: number
  readonly startTicks: number
}

/** /proc/PID/stat. */
export function parseStat(text: string): StatFields | undefined {
  const stat = statFields(text)
  if (stat === undefined) return undefined
  const { comm, number } = stat
  return { comm, ppid: number(4), pgid: number(5), sid: number(6), tty: number(7), startTicks: number(22) }
}

/** Fields are counted from 1; the name is the second. */
const FIRST_AFTER_NAME = 3
const START_TICKS = 22

/** The name is in parentheses and may hold anything, so the last closing one counts; all behind it are numbers, by their place from 1. */
export function statFields(text: string): { readonly comm: string; readonly number: (place: number) => number } | undefined {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open < 0 || close < open) return undefined
  const fields = text.slice(close + 2).split(' ')
  const number = (place: number): number => Number(fields[place - FIRST_AFTER_NAME])
  return Number.isFinite(number(START_TICKS)) ? { comm: text.slice(open + 1, close), number } : undefined
}

/** A clock tick of /proc: USER_HZ is 100 wherever Tarsier runs. */
export const TICK_NS = 1e7

/** True when both tell the same start: ticks of /proc/PID/stat, and ns since boot of a record. */
export function isSameStart(ticks: number, startNs: number): boolean {
  return Math.abs(Math.floor(startNs / TICK_NS) - ticks) <= 1
}

export interface StatusIds {
  readonly uid: number
  readonly gid: number
  readonly euid: number
  readonly egid: number
}

/** The lines `Uid:` and `Gid:` of /proc/PID/status: real, effective, saved, file system. */
export function parseStatusIds(text: string): StatusIds | undefined {
  const [, uid, euid] = /^Uid:\t(\d+)\t(\d+)/m.exec(text) ?? []
  const [, gid, egid] = /^Gid:\t(\d+)\t(\d+)/m.exec(text) ?? []
  if (uid === undefined || gid === undefined) return undefined
  return { uid: Number(uid), euid: Number(euid), gid: Number(gid), egid: Number(egid) }
}

export interface MountEntry {
  readonly mountPoint: string
  readonly type: string
}

/** /proc/PID/mountinfo: where each mount is, and of what type. */
export function parseMountInfo(text: string): readonly MountEntry[] {
  return text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ', 2)
    const mountPoint = before.split(' ')[4]
    const type = after.split(' ')[0]
    return mountPoint === undefined || type === undefined || type === '' ? [] : [{ mountPoint: unescapeMount(mountPoint), type }]
  })
}

/** Blanks, tabs, newlines and backslashes are written as \ooo. */
function unescapeMount(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)))
}
