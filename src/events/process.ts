/** A process as the tree knows it. The tree owns and updates it; everyone else reads. */

/** The program file that a process runs. */
export interface ExecutableFile {
  readonly ino: number
  readonly dev: number
  readonly mode: number
  readonly uid: number
  readonly ctimeNs: number
  readonly mtimeNs: number
  /** Bits of FILE_FLAGS. */
  readonly flags: number
}

/** One program that a process has run. The last of `Process.execs` is the present one. */
export interface Execution {
  /** ns since boot; 0 for the program it was forked with. */
  readonly timeNs: number
  readonly comm: string
  readonly exePath: string
  /** argv with argv[0]; not joined. */
  readonly argv: readonly string[]
}

export interface ContainerInfo {
  /** 12 characters, as Falco gives it. */
  readonly id: string
  readonly fullId: string
  /** docker, containerd, cri-o, podman, lxc, systemd-nspawn, runc… */
  readonly runtime: string
  readonly name?: string
  /** The image as it was asked for, for example `docker.io/library/nginx:1.27`. */
  readonly image?: string
  readonly imageId?: string
  readonly imageRepository?: string
  readonly imageTag?: string
  readonly imageDigest?: string
  readonly privileged?: boolean
  readonly mounts?: readonly ContainerMount[]
  readonly podName?: string
  readonly podNamespace?: string
  readonly podUid?: string
  readonly podLabels?: Readonly<Record<string, string>>
  /** Id of the pod's sandbox, in full. */
  readonly sandboxId?: string
  readonly ip?: string
  readonly hostPid?: boolean
  readonly hostNetwork?: boolean
  readonly hostIpc?: boolean
  readonly labels?: Readonly<Record<string, string>>
  /** ns since 1970. */
  readonly startTimeNs?: number
}

export interface CgroupPath {
  readonly controllers: string
  readonly path: string
}

export interface ContainerMount {
  readonly source: string
  readonly destination: string
  readonly mode: string
  readonly writable: boolean
  readonly propagation: string
}

export interface UserEntry {
  readonly name: string
  readonly home: string
  readonly shell: string
}

/** The users and groups that a process's own mount namespace knows (/etc/passwd and /etc/group there). */
export interface UserNames {
  readonly user: (uid: number) => UserEntry | undefined
  readonly group: (gid: number) => string | undefined
}

export interface Process {
  readonly pid: number
  /** ns since boot; with `pid` names the process for ever. */
  readonly startNs: number
  readonly vpid: number
  readonly parent: Process | undefined
  readonly ppid: number
  /** What it is called: kernelName, or the name of its program where that is none (process-name.ts). */
  readonly comm: string
  /** The name of its first thread, as the kernel has it at the moment. */
  readonly kernelName: string
  /** Resolved path of the program. */
  readonly exePath: string
  readonly argv: readonly string[]
  /** argv without argv[0], joined by blanks. */
  readonly args: string
  /** `comm` and `args`, joined by a blank, as Falco has it. */
  readonly cmdline: string
  /** `NAME=value`, at most 8 KiB. */
  readonly env: readonly string[]
  readonly cwd: string
  readonly exe: ExecutableFile
  readonly execs: readonly Execution[]
  /** How many programs it and its forebears have run, one after another, as the kernel counts; 0 when it is not known. */
  readonly execCount: number
  /** Whether argv and env are those of the program, and stay so until it runs another: some are read later, or let go. */
  readonly argumentsKnown: boolean
  /** Whether `container` stays as it is while cgroup and mount namespace do: runtimes write what they know a little later. */
  readonly containerKnown: boolean
  /** ns since boot of the last exec; 0 when it is not known. */
  readonly execTimeNs: number
  readonly uid: number
  readonly gid: number
  readonly euid: number
  readonly egid: number
  readonly loginuid: number
  readonly sid: number
  readonly vsid: number
  readonly pgid: number
  readonly vpgid: number
  readonly tty: number
  readonly pidNs: number
  readonly mntNs: number
  readonly userNs: number
  readonly netNs: number
  readonly cgroupId: number
  /** Path of the cgroup below its hierarchy, empty when it is not known. */
  readonly cgroup: string
  /** Every hierarchy with its path: controllers as /proc/PID/cgroup names them (`cpu,cpuacct`), empty for version 2. */
  readonly cgroups: readonly CgroupPath[]
  readonly container: ContainerInfo | undefined
  /** systemd unit from the cgroup (`ssh.service`), where there is one. */
  readonly unit: string | undefined
  /** What descriptors 0 to 2 were at the last exec (see imageFields.stdin). */
  readonly stdin: number
  readonly stdout: number
  readonly stderr: number
  readonly names: UserNames
  /** Name of the effective user, which is what Falco calls the user. */
  readonly userName: string | undefined
  readonly groupName: string | undefined
  readonly loginName: string | undefined
  /** ns since boot; undefined while it lives. */
  readonly exitNs: number | undefined
  /** Grows when its program, name, rights, namespaces, session, terminal or cgroup become others: as long as it stands, these do. */
  readonly changes: number
}
