/** A process in the tree: what the records said of it, kept small. Everything long is shared or decoded when asked for. */
import type { CgroupPath, ContainerInfo, ExecutableFile, Execution, Process, UserNames } from '../events/process.ts'
import { NO_NAME } from '../events/process-name.ts'
import { joinRest, splitRaw } from './argument-text.ts'
import type { CgroupFacts } from './cgroup.ts'
import type { Comm, Credentials, Namespaces } from './interned.ts'
import { EMPTY_BLOCK, type TextBlock } from './text-store.ts'

/** One program image. A child shares its parent's until it runs a program of its own. */
export interface Image {
  /** ns since boot of the exec; 0 when it was not seen. */
  readonly timeNs: number
  /** As the kernel counts; 0 when it was not told. */
  readonly execCount: number
  readonly comm: string
  readonly exePath: string
  readonly exe: ExecutableFile
  readonly cwd: string
  readonly stdin: number
  readonly stdout: number
  readonly stderr: number
  /** Replaced once, when they had to be read from /proc. */
  argv: TextBlock
  env: TextBlock
  /** proc.args and proc.cmdline, once somebody asked. */
  args: string | undefined
  cmdline: string | undefined
}

/** What nodes look up outside themselves; one for all of them. */
export interface NodeContext {
  readonly namesOf: (node: ProcessNode) => UserNames
  readonly containerOf: (node: ProcessNode) => ContainerInfo | undefined
  /** Whether what containerOf says of the node stays as it is while its cgroup and mount namespace do. */
  readonly containerKnown: (node: ProcessNode) => boolean
}

/** Of the block that was asked for last: rules ask for one variable after another, and most processes have their parent's. */
let split: { readonly block: TextBlock; readonly variables: readonly string[] } | undefined

function variablesOf(block: TextBlock): readonly string[] {
  if (block.raw === undefined) return []
  if (split?.block !== block) split = { block, variables: splitRaw(block.raw) }
  return split.variables
}

const NO_LOGIN = 0xffff_ffff

/** Written by the tree only. A class, because each of 100,000 must have one shape and its getters on the prototype. */
export class ProcessNode implements Process {
  readonly pid: number
  readonly startNs: number
  readonly context: NodeContext
  parentNode: ProcessNode | undefined
  ppid: number
  vpid: number
  name: Comm
  image: Image
  /** Images before the present one, oldest first, bounded. */
  earlier: readonly Image[]
  /** True when the first of its images was its parent's. */
  inherited: boolean
  credentials: Credentials
  namespaces: Namespaces
  sid: number
  vsid: number
  pgid: number
  vpgid: number
  tty: number
  cgroupId: number
  cgroupFacts: CgroupFacts
  exitNs: number | undefined
  changes: number
  /** Ancestors above it, at most: see the tree's bound. */
  depth: number

  constructor(pid: number, startNs: number, context: NodeContext, birth: Birth) {
    this.pid = pid
    this.startNs = startNs
    this.context = context
    this.parentNode = birth.parent
    this.ppid = birth.ppid
    this.vpid = birth.vpid
    this.name = birth.name
    this.image = birth.image
    this.earlier = NO_IMAGES
    this.inherited = birth.inherited
    this.credentials = birth.credentials
    this.namespaces = birth.namespaces
    this.sid = birth.sid
    this.vsid = birth.vsid
    this.pgid = birth.pgid
    this.vpgid = birth.vpgid
    this.tty = birth.tty
    this.cgroupId = birth.cgroupId
    this.cgroupFacts = birth.cgroup
    this.exitNs = undefined
    this.changes = 0
    this.depth = birth.parent === undefined ? 0 : birth.parent.depth + 1
  }

  get parent(): Process | undefined {
    return this.parentNode
  }
  get comm(): string {
    return this.name.text === NO_NAME ? this.image.comm : this.name.text
  }
  get kernelName(): string {
    return this.name.text
  }
  get exePath(): string {
    return this.image.exePath
  }
  get argv(): readonly string[] {
    return splitRaw(this.image.argv.raw ?? '')
  }
  get args(): string {
    const { image } = this
    image.args ??= joinRest(image.argv.raw ?? '')
    return image.args
  }
  /** Kept with the image, for the name that the image began with; a process that renamed itself has it made each time. */
  get cmdline(): string {
    const { image } = this
    if (this.comm !== image.comm) return join(this.comm, this.args)
    image.cmdline ??= join(image.comm, this.args)
    return image.cmdline
  }
  get env(): readonly string[] {
    return variablesOf(this.image.env)
  }
  get cwd(): string {
    return this.image.cwd
  }
  get exe(): ExecutableFile {
    return this.image.exe
  }
  get execTimeNs(): number {
    return this.inherited && this.earlier.length === 0 ? 0 : this.image.timeNs
  }
  get execCount(): number {
    return this.image.execCount
  }
  get argumentsKnown(): boolean {
    const { timeNs, argv, env } = this.image
    return (timeNs > 0 || argv !== EMPTY_BLOCK) && argv.raw !== undefined && env.raw !== undefined
  }
  get containerKnown(): boolean {
    return this.context.containerKnown(this)
  }
  get execs(): readonly Execution[] {
    return [...this.earlier, this.image].map((image, index) => executionOf(image, this.inherited && index === 0))
  }
  get uid(): number {
    return this.credentials.uid
  }
  get gid(): number {
    return this.credentials.gid
  }
  get euid(): number {
    return this.credentials.euid
  }
  get egid(): number {
    return this.credentials.egid
  }
  get loginuid(): number {
    return this.credentials.loginuid
  }
  get pidNs(): number {
    return this.namespaces.pidNs
  }
  get mntNs(): number {
    return this.namespaces.mntNs
  }
  get userNs(): number {
    return this.namespaces.userNs
  }
  get netNs(): number {
    return this.namespaces.netNs
  }
  get cgroup(): string {
    return this.cgroupFacts.path
  }
  get cgroups(): readonly CgroupPath[] {
    return this.cgroupFacts.paths
  }
  get unit(): string | undefined {
    return this.cgroupFacts.unit
  }
  get container(): ContainerInfo | undefined {
    return this.context.containerOf(this)
  }
  get stdin(): number {
    return this.image.stdin
  }
  get stdout(): number {
    return this.image.stdout
  }
  get stderr(): number {
    return this.image.stderr
  }
  get names(): UserNames {
    return this.context.namesOf(this)
  }
  get userName(): string | undefined {
    return this.names.user(this.credentials.euid)?.name ?? (this.credentials.euid === 0 ? 'root' : undefined)
  }
  get groupName(): string | undefined {
    return this.names.group(this.credentials.egid) ?? (this.credentials.egid === 0 ? 'root' : undefined)
  }
  get loginName(): string | undefined {
    const { loginuid } = this.credentials
    return loginuid === NO_LOGIN ? undefined : this.names.user(loginuid)?.name
  }
}

/** What a node begins with. */
export interface Birth {
  readonly parent: ProcessNode | undefined
  readonly ppid: number
  readonly vpid: number
  readonly name: Comm
  readonly image: Image
  readonly inherited: boolean
  readonly credentials: Credentials
  readonly namespaces: Namespaces
  readonly sid: number
  readonly vsid: number
  readonly pgid: number
  readonly vpgid: number
  readonly tty: number
  readonly cgroupId: number
  readonly cgroup: CgroupFacts
}

const NO_IMAGES: readonly Image[] = Object.freeze([])

const join = (name: string, args: string): string => (args === '' ? name : `${name} ${args}`)

function executionOf(image: Image, forked: boolean): Execution {
  return {
    timeNs: forked ? 0 : image.timeNs,
    comm: image.comm,
    exePath: image.exePath,
    get argv() {
      return splitRaw(image.argv.raw ?? '')
    },
  }
}
