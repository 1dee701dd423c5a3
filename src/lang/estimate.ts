/** Guesses by which checks are put in order: what one costs, and how often it holds. A bad guess costs time, never a match. */
import type { BoundCheck, BoundOperand } from './bound.ts'

/** How often `= value` holds for fields of which one value is usual, or `>= value` for results, which are mostly successes. */
const USUAL: Readonly<Record<string, number>> = {
  'fd.typechar': 0.9,
  'fd.type': 0.9,
  'fd.num': 0.95,
  'evt.rawres': 0.95,
  'evt.res': 0.9,
  'evt.is_open_read': 0.8,
  'evt.is_open_write': 0.2,
  'container.id': 0.5,
  'user.uid': 0.5,
  'user.name': 0.5,
  'fd.l4proto': 0.5,
}

/** The chance that the check holds for an event of a type that the rule looks at. */
export function chanceOf({ operator, modifier, constants, left }: BoundCheck): number {
  const usual = USUAL[left.key]
  switch (operator.name) {
    case 'exists':
      return 0.9
    case '!=':
      return usual === undefined ? 0.95 : 1 - usual / 2
    case '<':
    case '<=':
      return usual === undefined ? 0.4 : 1 - usual
    case '>':
    case '>=':
      return usual ?? 0.4
    default: {
      const each = usual ?? chanceOfOne(operator.name, left)
      return modifier === 'allof' ? each : Math.min(0.95, each * Math.max(1, Math.sqrt(constants.length)))
    }
  }
}

function chanceOfOne(operator: string, { shape }: BoundOperand): number {
  if (shape.type === 'boolean') return 0.3
  const several = shape.many === 'one' ? 1 : 3
  if (shape.type === 'number') return 0.1 * several
  return (operator === '=' || operator === 'in' || operator === 'intersects' ? 0.01 : 0.03) * several
}

/** Rough cost of a check, in units of comparing a number; only the order matters. */
export function costOf(check: BoundCheck): number {
  const { left, operator, constants } = check
  const many = left.shape.many === 'one' ? 1 : 4
  const width = operator.right === 'list' ? 1.2 : Math.max(1, constants.length)
  return readingCost(left) + (COMPARING[operator.name] ?? 2) * width * many
}

const COMPARING: Readonly<Record<string, number>> = {
  '=': 1,
  '!=': 1,
  '<': 1,
  '<=': 1,
  '>': 1,
  '>=': 1,
  in: 2,
  intersects: 2,
  exists: 1,
  startswith: 2,
  endswith: 2,
  contains: 4,
  icontains: 12,
  bcontains: 6,
  bstartswith: 4,
  glob: 10,
  iglob: 16,
  pmatch: 12,
  regex: 30,
}

/** What it takes to get the value: numbers and flags stand in the record, names in the process; paths and lists are decoded. */
function readingCost(operand: BoundOperand): number {
  if (operand.kind === 'transform') return 10 + operand.inputs.reduce((sum, input) => sum + readingCost(input), 0)
  if (operand.kind === 'list') return operand.items.reduce((sum, item) => sum + readingCost(item), 2)
  if (operand.kind !== 'field') return 2
  if (operand.shape.many !== 'one') return 25
  if (operand.shape.type === 'number' || operand.shape.type === 'boolean') return 1
  return operand.key.startsWith('proc.') && operand.argument === undefined ? 2 : 4
}
