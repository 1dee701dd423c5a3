/** What a check demands of the path, the ends or the user of an event, as tests of the kernel side. */
import type { AddressRange, PathTests } from '../events/interest.ts'
import type { BoundCheck } from '../lang/bound.ts'
import { parseNetwork } from '../lang/ip.ts'
import type { Draft } from './interest-drafts.ts'
import { literalPrefix, literalSuffix } from './requirements.ts'

/** Tests beside the class that hold wherever the check does; undefined where it demands nothing that can be told. */
export type Tests = Omit<Draft, 'classes'>

const EQUALITY: ReadonlySet<string> = new Set(['=', 'in', 'intersects'])
const WILD = /[?*[\\]/

/** The tests of one text under an operator. */
type ByOperator = (operator: string, text: string) => Partial<PathTests> | undefined

const components = (text: string): string[] => text.split('/').filter((name) => name !== '')

function wholePath(operator: string, text: string): Partial<PathTests> | undefined {
  switch (operator) {
    case '=':
      return text.startsWith('/') ? { exact: [text] } : undefined
    case 'startswith':
      return text.length > 1 && text.startsWith('/') ? { prefixes: [text] } : undefined
    case 'endswith':
      return ending(text)
    case 'glob':
      return globbed(text)
    case 'pmatch':
      return below(text)
    default:
      return undefined
  }
}

/** A name behind a slash that must be the end is the last component. */
function ending(text: string): Partial<PathTests> | undefined {
  if (text.length < 2) return undefined
  return text.startsWith('/') && !text.includes('/', 1) ? { names: [text.slice(1)] } : { suffixes: [text] }
}

function globbed(text: string): Partial<PathTests> | undefined {
  const prefix = literalPrefix(text)
  if (prefix === text) return wholePath('=', text)
  // A name at the end tells more than the place where it begins, and is known before the path is.
  const end = text.includes('\\') ? '' : (/[^*?[\]]*$/.exec(text)?.[0] ?? '')
  return (end.length > 3 ? ending(end) : undefined) ?? wholePath('startswith', prefix) ?? ending(end)
}

function below(text: string): Partial<PathTests> | undefined {
  const path = `/${components(text).join('/')}`
  if (path === '/') return undefined
  return WILD.test(path) ? wholePath('startswith', literalPrefix(path)) : { exact: [path], prefixes: [`${path}/`] }
}

function lastName(operator: string, text: string): Partial<PathTests> | undefined {
  if (text === '' || text.includes('/')) return undefined
  if (operator === '=') return { names: [text] }
  if (operator === 'endswith') return { suffixes: [text] }
  return operator === 'glob' && literalSuffix(text) !== '' && literalPrefix(text) !== text ? { suffixes: [literalSuffix(text)] } : undefined
}

/** Of a file the directory that holds it, of a directory its own path. */
function place(operator: string, text: string): Partial<PathTests> | undefined {
  if (operator === '=') {
    const name = components(text).at(-1)
    return name === undefined || !text.startsWith('/') || text !== `/${components(text).join('/')}`
      ? undefined
      : { exact: [text], parents: [name] }
  }
  if (operator === 'startswith' || operator === 'pmatch') return wholePath(operator, text)
  // Of a file it is the directory's name that ends so, of a directory its own.
  const name = operator === 'endswith' && text.includes('/') ? text.slice(text.lastIndexOf('/') + 1) : ''
  return name === '' ? undefined : { names: [name], parents: [name] }
}

const OF_PATH: ReadonlyMap<string, ByOperator> = new Map<string, ByOperator>([
  ['fd.name', wholePath],
  ['fs.path.name', wholePath],
  ['fd.filename', lastName],
  ['fd.directory', place],
])

const ADDRESSES: ReadonlySet<string> = new Set(['', 'c', 's', 'l', 'r'].flatMap((end) => [`fd.${end}ip`, `fd.${end}net`]))
const PORTS: ReadonlySet<string> = new Set(['fd.port', 'fd.cport', 'fd.sport', 'fd.lport', 'fd.rport'])

/** @param check one that must hold; its operand is a field, and nothing but constants stands on the right */
export function testsOf(check: BoundCheck, kind: string): Tests | undefined {
  if (check.constants.length === 0) return undefined
  const field = check.left.kind === 'field' ? check.left.definition.name : ''
  const byOperator = kind === 'file.open' ? OF_PATH.get(field) : undefined
  const operator = EQUALITY.has(check.operator.name) ? '=' : check.operator.name
  if (byOperator !== undefined) return pathTests(check.constants, (text) => byOperator(operator, text))
  if (operator !== '=') return undefined
  if (field === 'user.ruid') return { uids: check.constants.filter(isId) }
  if (field === 'proc.name') return { comms: check.constants as readonly string[] }
  if (kind === 'file.open') return undefined
  if (PORTS.has(field)) return { ports: check.constants.filter(isId) }
  return ADDRESSES.has(field) ? netTests(check.constants) : undefined
}

/** No user and no port has another number: a check that asks for it does not hold. */
const isId = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32

/** Any of the texts: all of them must come to a test. */
function pathTests(texts: readonly unknown[], of: (text: string) => Partial<PathTests> | undefined): Tests | undefined {
  const tests = texts.map((text) => (typeof text === 'string' ? of(text) : undefined))
  if (tests.some((one) => one === undefined)) return undefined
  const all = (sort: keyof PathTests): readonly string[] => tests.flatMap((one) => one?.[sort] ?? [])
  return {
    path: { exact: all('exact'), prefixes: all('prefixes'), suffixes: all('suffixes'), names: all('names'), parents: all('parents') },
  }
}

function netTests(constants: readonly unknown[]): Tests | undefined {
  const nets = networksOf(constants)
  return nets === undefined ? undefined : { nets }
}

/** What addresses and networks of a rule come to; undefined where one could hold an address of IPv4 in one of IPv6. */
export function networksOf(constants: readonly unknown[]): readonly AddressRange[] | undefined {
  const nets = constants.map((one) =>
    typeof one === 'string' ? parseNetwork(`${one}/${one.includes(':') ? 128 : 32}`) : (one as AddressRange),
  )
  return nets.every(isPlain) ? nets : undefined
}

/** Not one of IPv6 that could hold IPv4 addresses, which the kernel side takes for what they are. */
function isPlain(net: AddressRange | undefined): net is AddressRange {
  return net !== undefined && (net.bytes.length === 4 || firstByte(net) !== 0)
}

/** As far as the network fixes it. */
const firstByte = ({ bytes, bits }: AddressRange): number => (bytes[0] as number) & (0xff00 >> Math.min(bits, 8)) & 0xff
