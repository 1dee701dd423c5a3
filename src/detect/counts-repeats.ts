/**
 * Which checks can tell two events apart that the kernel side takes for equal (the keys in native/bpf: 3-fold.h and the programs that
 * fold). What is not listed here as equal is taken to differ. Ancestors beyond the parent are taken to stay who they are for the
 * length of a window.
 */
import { FOLDED_KINDS } from '../events/folded-kinds.ts'
import { KINDS, type KindName } from '../events/kinds.ts'
import type { Expression, InputNode, OperandNode } from '../lang/ast.ts'
import type { BoundCheck, BoundOperand } from '../lang/bound.ts'
import { type Correlation, keyFieldsOf } from '../lang/correlation.ts'
import { eventTypesOf, namesOf } from '../lang/event-types.ts'

const words = (text: string): readonly string[] => text.split(' ')

/** Follow from the kind, the type, and the process and thread as the key has them. */
const ALWAYS_EQUAL: ReadonlySet<string> = new Set([
  ...words('evt.type syscall.type evt.kind evt.dir evt.source evt.category evt.hostname evt.is_async evt.asynctype evt.type.is'),
  ...words('evt.is_io evt.is_io_read evt.is_io_write evt.is_wait'),
  ...words('proc.name proc.pname proc.exe proc.pexe proc.exepath proc.pexepath proc.cmdline proc.pcmdline proc.exeline proc.args proc.env'),
  ...words('proc.cmdnargs proc.cmdlenargs proc.pid proc.vpid proc.ppid proc.pvpid proc.sid proc.is_sid_leader proc.pid.ts'),
  ...words('proc.aname proc.aexe proc.aexepath proc.acmdline proc.aargs proc.apid proc.aenv proc.lineage proc.pidns_init_start_ts'),
  ...words('proc.is_exe_writable proc.is_exe_upper_layer proc.is_exe_lower_layer proc.is_exe_from_memfd proc.exe_ino'),
  // As they were at the last exec.
  ...words('proc.stdin.type proc.stdout.type proc.stderr.type proc.stdin.name proc.stdout.name proc.stderr.name proc.is_exe_deleted'),
  ...words('thread.name thread.cap_effective thread.cap_permitted user.uid user.name user.homedir user.shell user.ruid'),
  ...words('group.gid group.name container.id container.full_id container.name container.type container.image container.image.id'),
  ...words('container.image.repository container.image.tag container.image.digest container.privileged container.start_ts'),
  ...words('container.labels container.label k8s.pod.name k8s.ns.name k8s.pod.uid k8s.pod.id k8s.pod.labels k8s.pod.label'),
])

const TARGET = words('target.pid')
const SOCKET = words('fd.type fd.typechar fd.l4proto fd.sockfamily fd.is_server evt.res evt.failed')

/** Follow from what the kind's own words of the key say. */
const EQUAL: { readonly [K in KindName]?: readonly string[] } = {
  'file.open': [
    ...words('fd.name fd.directory fd.filename fd.containername fd.containerdirectory fd.type fd.typechar fs.path.name'),
    ...words('file.created file.process_memory file.memfd file.type evt.arg.flags evt.arg.mode evt.res evt.failed'),
    ...words('evt.is_uring evt.is_compat evt.is_open_read evt.is_open_write evt.is_open_exec evt.is_open_create'),
  ],
  'net.socket': words('fd.type fd.typechar fd.l4proto fd.sockfamily evt.res evt.failed evt.arg.domain evt.arg.type evt.arg.proto'),
  'net.connect': [...SOCKET, ...words('evt.rawres fd.sip fd.sport fd.snet fd.sproto fd.rip fd.rport fd.rnet fd.rproto fd.connected')],
  'net.accept': [...SOCKET, ...words('fd.cip fd.cnet fd.rip fd.rnet fd.sport fd.lport')],
  'inject.ptrace': [...TARGET, 'evt.arg.request', 'evt.failed'],
  'inject.process_vm': [...TARGET, 'evt.failed'],
  'memory.protect': words('memory.backing memory.writable memory.executable evt.failed'),
  'kernel.bpf': words('evt.arg.cmd evt.failed'),
  'signal.kill': [...TARGET, ...words('evt.arg.sig evt.arg.pid evt.rawres evt.res evt.failed')],
}

const EQUAL_OF: ReadonlyMap<string, ReadonlySet<string>> = new Map(Object.entries(EQUAL).map(([kind, fields]) => [kind, new Set(fields)]))

/** The descriptor got, or the error: which of both it is, equal events have in common. */
const RESULTS: ReadonlySet<string> = new Set(['fd.num', 'evt.rawres'])

/**
 * True when some of the checks can hold for one of two equal events of that kind and not for the other: then the events must not be
 * folded, or a finding could be missed. @param checks all that a rule makes, whatever stands between them
 */
export function countsRepeats(kind: KindName, checks: Iterable<BoundCheck>): boolean {
  if (!FOLDED_KINDS.has(kind)) return false
  for (const check of checks) if (!onlyAsksForSuccess(kind, check) && !operandsOf(check).every((one) => isEqual(kind, one))) return true
  return false
}

/**
 * The same of what a rule asks of several events together: of equal events each counts, and each may be the step that is in time. Only
 * where values are looked at, not events, and equal events have equal values, one stands for all; and so does the first of equal events
 * that begin a sequence, where nothing breaks it off: it is then told at most a fold window too early, and found once within that
 * window. Were each sent, a flood of a first step would blind everything (test/live/flood.live.test.ts).
 */
export function countsRepeatsTogether(kind: KindName, correlation: Correlation): boolean {
  if (!FOLDED_KINDS.has(kind)) return false
  if (correlation.kind === 'sequence') return isWithinSequence(kind, correlation) || !areEqual(kind, correlation.steps[0]?.by ?? [])
  if (correlation.kind === 'threshold' && correlation.distinct === undefined) return true
  return !areEqual(kind, keyFieldsOf(correlation))
}

/** Whether an event of the kind can be more than the first step: what follows, must not follow, or breaks off, is to be seen each time. */
function isWithinSequence(kind: KindName, { steps, absent, until }: Extract<Correlation, { kind: 'sequence' }>): boolean {
  if (absent !== undefined || until !== undefined) return true
  return steps.slice(1).some(({ expression }) => canBe(kind, expression))
}

function canBe(kind: KindName, expression: Expression): boolean {
  const types = namesOf(eventTypesOf(expression))
  return types === 'all' || (KINDS.find(({ name }) => name === kind)?.types ?? []).some((type) => types.has(type))
}

const areEqual = (kind: KindName, nodes: readonly OperandNode[]): boolean => nodes.every((node) => isEqualNode(kind, node))

function isEqualNode(kind: KindName, node: OperandNode | InputNode): boolean {
  if (node.kind === 'field') return isEqualField(kind, node.name)
  return node.kind === 'value' || node.inputs.every((input) => isEqualNode(kind, input))
}

const operandsOf = ({ left, rightOperand }: BoundCheck): readonly BoundOperand[] =>
  rightOperand === undefined ? [left] : [left, rightOperand]

function isEqual(kind: KindName, operand: BoundOperand): boolean {
  switch (operand.kind) {
    case 'text':
      return true
    case 'list':
      return operand.items.every((item) => isEqual(kind, item))
    case 'transform':
      return operand.inputs.every((input) => isEqual(kind, input))
    case 'field':
    case 'words':
      return isEqualField(kind, operand.definition.name)
    default:
      return operand satisfies never
  }
}

const isEqualField = (kind: KindName, name: string): boolean => ALWAYS_EQUAL.has(name) || EQUAL_OF.get(kind)?.has(name) === true

/** `fd.num >= 0`: true for every descriptor, false for every error. */
function onlyAsksForSuccess(kind: KindName, { left, operator, constants, rightOperand, modifier }: BoundCheck): boolean {
  const [bound] = constants
  if (kind === 'syscall.compat' || left.kind !== 'field' || rightOperand !== undefined || modifier !== undefined) return false
  if (!RESULTS.has(left.definition.name) || constants.length !== 1 || typeof bound !== 'number') return false
  return (operator.name === '>=' || operator.name === '<') && bound === 0
}
