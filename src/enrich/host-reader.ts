/**
 * What enrich asks of the host beside the records: /proc, account files, state that container runtimes left on disk. Live it
 * comes from the host itself, in a replay from what was recorded; so it is an argument, and every answer is plain JSON.
 */

/** Of /proc/PID/stat, exe and cwd. Reading these cannot be held up by the process. */
export interface ProcessFacts {
  /** Start in clock ticks since boot (field 22): with the pid it tells whether this is still the same process. */
  readonly startTicks: number
  readonly ppid: number
  readonly comm: string
  readonly pgid: number
  readonly sid: number
  /** As in /proc/PID/stat. */
  readonly tty: number
  /** Empty for a kernel thread. */
  readonly exePath: string
  readonly cwd: string
  /** Of /proc/PID/status: real, effective ids. */
  readonly uid: number
  readonly gid: number
  readonly euid: number
  readonly egid: number
}

/** Of /proc/PID/stat, status, limits and fd, and of one of its threads. Reading these cannot be held up by the process. */
export interface UsageFacts {
  readonly startTicks: number
  readonly threads: number
  readonly vmSizeKb: number
  readonly vmRssKb: number
  readonly vmSwapKb: number
  readonly openFiles: number
  /** -1 when there is no limit. */
  readonly openFilesLimit: number
  /** Null when the thread is gone. */
  readonly thread: ThreadFacts | null
}

/** Of /proc/PID/task/TID/stat. Times in clock ticks. */
export interface ThreadFacts {
  readonly startTicks: number
  readonly minorFaults: number
  readonly majorFaults: number
  readonly userTicks: number
  readonly systemTicks: number
}

/** /proc/PID/cmdline and environ, one byte per character (latin1), cut to the bounds of the records. */
export interface ArgumentFacts {
  readonly startTicks: number
  readonly cmdline: string
  readonly environ: string
}

/** /etc/passwd and /etc/group as a process sees them, and how its user namespace maps ids. */
export interface AccountFiles {
  /** Changes when one of the files does. */
  readonly version: string
  readonly passwd: string
  readonly group: string
  readonly uidMap: string
  readonly gidMap: string
}

export interface FileText {
  readonly text: string
  /** Last modification, ns since 1970. */
  readonly mtimeNs: number
}

/** Hears the answer; undefined where there is none. */
export type Done<T> = (answer: T | undefined) => void

/** Device as records have it, `(major << 20) | minor`, and inode. */
export interface FileId {
  readonly dev: number
  readonly ino: number
}

export interface HostReader {
  readonly hostname: string
  readonly process: (pid: number) => ProcessFacts | undefined
  /** What the process and one of its threads use now. Costs about 0.1 ms. */
  readonly usage: (pid: number, tid: number) => UsageFacts | undefined
  /** Text of /proc/PID/cgroup. */
  readonly cgroup: (pid: number) => string | undefined
  /** Every cgroup of version 2: id and path. Costs milliseconds on a large host. */
  readonly cgroups: () => readonly (readonly [id: number, path: string])[]
  /**
   * Reading these touches the memory of the process, which can hold a reader up for ever; so the answer comes later, or never.
   * In a replay it comes at once.
   */
  readonly arguments: (pid: number, done: Done<ArgumentFacts>) => void
  /**
   * `mntNs` names the answer: all processes of a mount namespace have the same. Their file systems may be served by a process, so this
   * answer comes later, too; that of pid 1 at once.
   */
  readonly accounts: (pid: number, mntNs: number, done: Done<AccountFiles>) => void
  /** A regular file of the host, at most `maxBytes` long; undefined when it is not there, longer, or no regular file. */
  readonly file: (path: string, maxBytes: number) => FileText | undefined
  /** Names in a directory of the host, at most 1,024. */
  readonly directory: (path: string) => readonly string[]
  /** Device (as records have it) and inode that a path of the host leads to; undefined where there is none. */
  readonly fileId: (path: string) => FileId | undefined
  /** Every process that lives; undefined where that cannot be known (in a replay). */
  readonly pids: () => ReadonlySet<number> | undefined
}
