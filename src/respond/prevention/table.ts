/** Decisions as the bytes that the helper decides by: see native/addon/prevent-protocol.h. */
import { encodeText } from '../../events/encode.ts'
import {
  DECISION_COMPARES,
  DECISION_FACTS,
  type DecisionNode,
  type Decisions,
  type DecisionTest,
  PREVENTED_KINDS,
} from '../../events/prevention.ts'

export interface TableSettings {
  /** Denies; else everything is allowed, and told. */
  readonly act: boolean
  readonly deadlineMs: number
  readonly agentPid: number
  /** Only the file systems that are mounted at these points are watched; none: any that rules speak of. */
  readonly mounts: readonly string[]
  /** Full paths of programs that are never denied anything, whoever runs them. */
  readonly protectedPrograms: readonly string[]
  /** The same where root runs them, or a process that became of root's. */
  readonly programsOfRoot: readonly string[]
  /** Beginnings of paths below which nothing is denied. */
  readonly quiet: readonly string[]
}

const MAGIC = 0x31_56_50_54
const FLAGS = { act: 1, containers: 2 } as const
/** u32 each: magic, bytes, flags, deadline, pid, reserved; six stretches; places and everywhere by kind; mounts, protected, of root, quiet. */
const HEADER_WORDS = 6 + 6 * 2 + PREVENTED_KINDS.length * 3 + 4 * 2
const OPS = ['false', 'true', 'unsure', 'test', 'not', 'and', 'or'] as const

/** Throws RangeError where there is more than the helper takes. */
export function packTable(decisions: Decisions, settings: TableSettings): Buffer {
  const texts = collectTexts()
  const trees = collectNodes(texts)
  const rules = decisions.rules.flatMap(({ kind, root, quiet }) => [PREVENTED_KINDS.indexOf(kind), trees.add(root), quiet ? 1 : 0])
  const places = PREVENTED_KINDS.map((kind) => decisions.places[kind])
  const spans = [
    ...places.map((one) => texts.add(one === 'everywhere' ? [] : one)),
    ...[settings.mounts, settings.protectedPrograms, settings.programsOfRoot, settings.quiet].map(texts.add),
  ]
  const words = [trees.nodes, trees.children, trees.tests, texts.words, rules]
  const sizes = [3, 1, 6, 2, 3]
  const bytes = texts.bytes()
  const total = 4 * (HEADER_WORDS + words.reduce((sum, { length }) => sum + length, 0)) + bytes.length
  if (trees.nodes.length / 3 > MAX_NODES || total > MAX_BYTES) throw new RangeError('the rules that are marked prevent are too many')
  const stretches: number[] = []
  let at = 4 * HEADER_WORDS
  for (const [index, list] of words.entries()) {
    stretches.push(at, list.length / (sizes[index] as number))
    at += 4 * list.length
  }
  const flags = (settings.act ? FLAGS.act : 0) | (decisions.containers ? FLAGS.containers : 0)
  const header = [
    ...[MAGIC, total, flags, settings.deadlineMs, settings.agentPid, 0, ...stretches, at, bytes.length],
    ...spans.slice(0, PREVENTED_KINDS.length).flat(),
    ...places.map((one) => (one === 'everywhere' ? 1 : 0)),
    ...spans.slice(PREVENTED_KINDS.length).flat(),
  ]
  return Buffer.concat([packed(header), ...words.map(packed), bytes])
}

const MAX_NODES = 16_384
const MAX_BYTES = 4 << 20

function packed(words: readonly number[]): Buffer {
  const buffer = Buffer.alloc(4 * words.length)
  for (const [index, word] of words.entries()) buffer.writeUInt32LE(word >>> 0, 4 * index)
  return buffer
}

type Span = readonly [first: number, count: number]

/** Every list of texts lies in one stretch, sorted by bytes. */
function collectTexts() {
  const words: number[] = []
  const parts: Buffer[] = []
  let bytes = 0
  function add(texts: readonly string[]): Span {
    const sorted = [...new Set(texts)].map(encodeText).toSorted(Buffer.compare)
    const first = words.length / 2
    for (const one of sorted) {
      words.push(bytes, one.length)
      parts.push(one)
      bytes += one.length
    }
    return [first, sorted.length]
  }
  function addNumbers(numbers: readonly number[]): Span {
    const first = words.length / 2
    for (const one of numbers) words.push(one, 0)
    return [first, numbers.length]
  }
  return { words, add, addNumbers, bytes: () => Buffer.concat(parts) }
}

/** Children before their parents; one node for each object. */
function collectNodes(texts: ReturnType<typeof collectTexts>) {
  const nodes: number[] = []
  const children: number[] = []
  const tests: number[] = []
  const known = new Map<DecisionNode, number>()

  function add(node: DecisionNode): number {
    const before = known.get(node)
    if (before !== undefined) return before
    const [first, count] = operandsOf(node)
    const index = nodes.length / 3
    nodes.push(OPS.indexOf(node.op), first, count)
    known.set(node, index)
    return index
  }

  function operandsOf(node: DecisionNode): Span {
    switch (node.op) {
      case 'test':
        return [addTest(node.test), 1]
      case 'not':
        return [add(node.child), 1]
      case 'and':
      case 'or': {
        const indexes = node.children.map(add)
        const first = children.length
        children.push(...indexes)
        return [first, indexes.length]
      }
      default:
        return [0, 0]
    }
  }

  function addTest({ fact, compare, texts: of, numbers, mask }: DecisionTest): number {
    const span = numbers.length > 0 ? texts.addNumbers(numbers) : texts.add(of)
    tests.push(DECISION_FACTS.indexOf(fact), DECISION_COMPARES.indexOf(compare), ...span, ...PREVENTED_KINDS.map(() => mask))
    return tests.length / 6 - 1
  }

  return { nodes, children, tests, add }
}
