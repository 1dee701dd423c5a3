/** Checks that the native helper makes itself, exactly as the engine would. */
import type { DecisionCompare, DecisionFact, DecisionNode, PreventedKind } from '../events/prevention.ts'
import type { BoundCheck } from '../lang/bound.ts'

const COMPARES: ReadonlyMap<string, DecisionCompare> = new Map([
  ['=', 'equal'],
  ['in', 'equal'],
  ['intersects', 'equal'],
  ['!=', 'equal'],
  ['startswith', 'begins'],
  ['endswith', 'ends'],
  ['contains', 'holds'],
])

const TEXTS: Readonly<Record<PreventedKind, Readonly<Record<string, DecisionFact>>>> = {
  'process.exec': { 'proc.exepath': 'path', 'proc.name': 'commToBe' },
  'file.open': {
    'fd.name': 'path',
    'fs.path.name': 'path',
    'fd.filename': 'name',
    'fd.directory': 'directory',
    'proc.exepath': 'exe',
    'proc.name': 'comm',
  },
}

const NUMBERS: Readonly<Record<string, DecisionFact>> = { 'user.uid': 'euid', 'user.ruid': 'ruid' }

/** More texts in one test are left to the engine. */
const MAX_TEXTS = 4096

const negated = (child: DecisionNode): DecisionNode => ({ op: 'not', child })

/** Undefined where only the engine can tell. */
export function nativeTest(check: BoundCheck, kind: PreventedKind): DecisionNode | undefined {
  const { left, rightOperand, modifier, operator, constants } = check
  if (left.kind !== 'field' || rightOperand !== undefined || modifier !== undefined) return undefined
  const { name } = left.definition
  if (left.argument !== undefined || constants.length > MAX_TEXTS) return undefined
  const text = TEXTS[kind][name]
  if (text !== undefined) return textTest(text, operator.name, constants)
  const number = NUMBERS[name]
  if (number !== undefined) return numberTest(number, operator.name, constants)
  return name === 'container.id' ? hostTest(operator.name, constants) : undefined
}

function textTest(fact: DecisionFact, operator: string, constants: readonly unknown[]): DecisionNode | undefined {
  if (operator === 'exists') return { op: 'true' }
  const texts = constants.filter((one) => typeof one === 'string')
  if (texts.length !== constants.length || texts.includes('')) return undefined
  const test = (compare: DecisionCompare, of: readonly string[]): DecisionNode => ({
    op: 'test',
    test: { fact, compare, texts: of, numbers: [], mask: 0 },
  })
  if (operator === 'pmatch') return fact === 'path' ? belowAny(texts, test) : undefined
  const compare = COMPARES.get(operator)
  if (compare === undefined) return undefined
  return operator === '!=' ? negated(test(compare, texts)) : test(compare, texts)
}

const WILD = /[?*[\\]/

/** A path or anything below it. */
function belowAny(
  texts: readonly string[],
  test: (compare: DecisionCompare, of: readonly string[]) => DecisionNode,
): DecisionNode | undefined {
  if (texts.some((text) => WILD.test(text))) return undefined
  const paths = texts.map(
    (text) =>
      `/${text
        .split('/')
        .filter((name) => name !== '')
        .join('/')}`,
  )
  if (paths.includes('/')) return undefined
  return {
    op: 'or',
    children: [
      test('equal', paths),
      test(
        'begins',
        paths.map((path) => `${path}/`),
      ),
    ],
  }
}

function numberTest(fact: DecisionFact, operator: string, constants: readonly unknown[]): DecisionNode | undefined {
  const compare = COMPARES.get(operator)
  if (compare !== 'equal') return undefined
  const numbers = constants.filter((one) => Number.isInteger(one) && (one as number) >= 0 && (one as number) < 2 ** 32) as number[]
  const test: DecisionNode = { op: 'test', test: { fact, compare, texts: [], numbers, mask: 0 } }
  return operator === '!=' ? negated(test) : test
}

/** Who is in the host's mount namespace is in no container; of others only the engine knows. */
function hostTest(operator: string, constants: readonly unknown[]): DecisionNode | undefined {
  if (COMPARES.get(operator) !== 'equal') return undefined
  const onHost: DecisionNode = { op: 'test', test: { fact: 'onHost', compare: 'equal', texts: [], numbers: [], mask: 0 } }
  return constants.includes('host') === (operator !== '!=') ? onHost : negated(onHost)
}
