/**
 * Fields that say the same of a process until one of the facts changes that a verdict is bound to (see `struct verdict` in
 * native/bpf/lib/2-verdict.h, which the kernel compares at each event): pid and start, count of execs, name of the first thread,
 * uid, euid, egid, mount namespace, cgroup, and pid, start, count of execs and name of the parent while that lives. A field that is
 * not in the list may say anything.
 */

/**
 * What must be known for it beside the count of execs: that arguments will not be read later or be let go; that the container's
 * details are final; that the parent is the one of the fork and either is compared or has ended.
 */
export type Need = 'arguments' | 'container' | 'parent' | 'parentArguments'

export interface StableField {
  readonly name: string
  readonly needs: readonly Need[]
  /** Why nothing but the facts above can change it. */
  readonly because: string
}

const OF_THE_IMAGE = 'read from the record of the exec; a new image is another count of execs'
const OF_THE_ARGUMENTS = 'argv or environ as they were at the exec, never read again once known'
const OF_THE_NAME = 'name of the first thread, which is compared'
const OF_THE_THREAD = "ids of the event's own thread, which are compared"
const OF_THE_START = 'given at the fork for life; pid and start are compared'
const OF_THE_CONTAINER = 'made of cgroup and mount namespace, which are compared, and of details on disk, once they are final'

const all = (names: readonly string[], needs: readonly Need[], because: string): StableField[] =>
  names.map((name) => ({ name, needs, because }))

/**
 * Left out on purpose: what is compared with nothing (sid, tty, capabilities, loginuid, other namespaces, thread.*), ancestors above
 * the parent and leaders of groups (they may rename themselves or run programs), times and durations that grow, names of users and groups
 * (their files change), use of resources, and all that speaks of the event.
 */
export const STABLE_FIELDS: readonly StableField[] = [
  ...all(['proc.pid', 'proc.vpid', 'proc.pid.ts'], [], OF_THE_START),
  ...all(['proc.name'], [], OF_THE_NAME),
  ...all(['proc.exepath', 'proc.cwd', 'proc.stdin.type', 'proc.stdout.type', 'proc.stderr.type'], [], OF_THE_IMAGE),
  ...all(['proc.exe_ino', 'proc.exe_ino.ctime', 'proc.exe_ino.mtime'], [], OF_THE_IMAGE),
  ...all(['proc.is_exe_writable', 'proc.is_exe_upper_layer', 'proc.is_exe_lower_layer'], [], OF_THE_IMAGE),
  ...all(['proc.is_exe_from_memfd', 'proc.is_exe_deleted'], [], OF_THE_IMAGE),
  ...all(['proc.exe', 'proc.args', 'proc.exeline', 'proc.cmdnargs', 'proc.cmdlenargs', 'proc.env'], ['arguments'], OF_THE_ARGUMENTS),
  ...all(['proc.cmdline'], ['arguments'], `${OF_THE_ARGUMENTS}; ${OF_THE_NAME}`),
  ...all(['user.uid', 'user.ruid', 'group.gid'], [], OF_THE_THREAD),
  ...all(['container.id', 'container.full_id', 'container.name', 'container.type'], ['container'], OF_THE_CONTAINER),
  ...all(['container.image', 'container.image.id', 'container.image.repository'], ['container'], OF_THE_CONTAINER),
  ...all(['container.image.tag', 'container.image.digest', 'container.privileged'], ['container'], OF_THE_CONTAINER),
  ...all(['container.host_pid', 'container.host_network', 'container.host_ipc'], ['container'], OF_THE_CONTAINER),
  ...all(['container.labels', 'container.label', 'container.mounts'], ['container'], OF_THE_CONTAINER),
  ...all(['k8s.pod.name', 'k8s.ns.name', 'k8s.pod.uid', 'k8s.pod.id'], ['container'], OF_THE_CONTAINER),
  ...all(['k8s.pod.labels', 'k8s.pod.label'], ['container'], OF_THE_CONTAINER),
  ...all(['proc.ppid', 'proc.pvpid'], ['parent'], OF_THE_START),
  ...all(['proc.pname'], ['parent'], OF_THE_NAME),
  ...all(['proc.pexepath'], ['parent'], OF_THE_IMAGE),
  ...all(['proc.pexe'], ['parent', 'parentArguments'], OF_THE_ARGUMENTS),
  ...all(['proc.pcmdline'], ['parent', 'parentArguments'], `${OF_THE_ARGUMENTS}; ${OF_THE_NAME}`),
  ...all(['proc.is_container_healthcheck', 'proc.is_container_liveness_probe', 'proc.is_container_readiness_probe'], [], 'always the same'),
]
