/** What a check says is allowed, but hardly what was meant. */
import type { Vocabulary } from '../events/field.ts'
import type { ValueNode } from './ast.ts'
import type { BoundCheck } from './bound.ts'
import { valuesOf } from './check.ts'
import { type Diagnostic, diagnostic } from './diagnostic.ts'
import { MISSING } from './output.ts'
import { TRANSFORMERS } from './transformers.ts'

export function adviseCheck(check: BoundCheck, vocabulary: Vocabulary): Diagnostic[] {
  const { right } = check.node
  if (right === undefined) return []
  return [...adviseOldField(check), ...valuesOf(right).flatMap((value) => adviseValue(check, value, vocabulary))]
}

function adviseValue(check: BoundCheck, value: ValueNode, vocabulary: Vocabulary): Diagnostic[] {
  return [
    ...adviseField(check, value, vocabulary),
    ...adviseTransformer(value),
    ...adviseRegex(check, value),
    ...adviseMissing(check, value),
  ]
}

/** Fields about the beginning of a call, of which there are no events any more. */
const OLD_FIELDS = /^evt\.(?:dir|latency(?:\.\w+)?|wait_latency)$/

function adviseOldField({ left, node }: BoundCheck): Diagnostic[] {
  if (!OLD_FIELDS.test(left.key)) return []
  return [
    diagnostic(
      'LOAD_DEPRECATED_ITEM',
      { what: left.key, instead: 'Leave the check out: there is one event for each call, when it has returned.' },
      node.at,
    ),
  ]
}

const fieldLike = /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+(?:\[[^\]]*\])?$/

function adviseField(check: BoundCheck, { text, at }: ValueNode, vocabulary: Vocabulary): Diagnostic[] {
  if (check.left.shape.type !== 'string' || !fieldLike.test(text)) return []
  if (vocabulary.field(text.split('[')[0] ?? '') === undefined) return []
  const facts = { problem: `${text} is compared as a text, though it is the name of a field`, instead: `For its value write val(${text}).` }
  return [diagnostic('LOAD_COMPILE_CONDITION', facts, at)]
}

function adviseTransformer({ text, at }: ValueNode): Diagnostic[] {
  const [, name] = /^\s*(\w+)\(.*\)\s*$/s.exec(text) ?? []
  if (name === undefined || (name !== 'val' && !TRANSFORMERS.has(name))) return []
  const facts = { problem: `${text} is compared as a text, though it looks like a transformer`, instead: 'To use it, remove the quotes.' }
  return [diagnostic('LOAD_COMPILE_CONDITION', facts, at)]
}

/** A pattern that is plain text between anchors or `.*`: a simpler operator is faster. */
function adviseRegex(check: BoundCheck, { text, at }: ValueNode): Diagnostic[] {
  if (check.operator.name !== 'regex') return []
  const core = text
    .replace(/^\^/, '')
    .replace(/\$$/, '')
    .replace(/^\.[+*?]/, '')
    .replace(/\.[+*?]$/, '')
  if (/[.+*?^$()[\]{}|\\]/.test(core)) return []
  const facts = {
    problem: `the pattern ${text} needs no regular expression`,
    instead: 'Use =, contains, startswith or endswith: they are faster.',
  }
  return [diagnostic('LOAD_COMPILE_CONDITION', facts, at)]
}

const EQUALITY = new Set(['=', '!=', 'in', 'intersects', 'pmatch'])

/** Fields of plugins print `<NA>` where they have no value; the value itself is missing. */
function adviseMissing(check: BoundCheck, { text, at }: ValueNode): Diagnostic[] {
  const { left, operator } = check
  if (text !== MISSING || !EQUALITY.has(operator.name) || !/^(?:ka|jevt|json)\./.test(left.key)) return []
  return [diagnostic('LOAD_UNSAFE_NA_CHECK', { field: left.key }, at)]
}
