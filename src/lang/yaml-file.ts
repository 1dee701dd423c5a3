/**
 * YAML to nodes with their places. Every scalar is text (`0x1f` stays `0x1f`), as Falco reads it. Where the YAML of a file
 * is broken, its items are read one by one, so that a slip in one rule does not take the others with it.
 */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseAllDocuments,
  Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { type Diagnostic, diagnostic } from './diagnostic.ts'
import { ItemError } from './item-error.ts'
import { MAX_ALIASES } from './limits.ts'
import type { Origin, SourceFile } from './source.ts'

/** A node with what is needed to give its place and to follow its aliases. */
export interface YamlNode {
  readonly node: Node
  readonly file: YamlFile
}

export interface YamlFile {
  readonly source: SourceFile
  /** Where the text of `node` ranges begins in the file; more than 0 for items that were read one by one. */
  readonly base: number
  readonly document: Document.Parsed
  /** Aliases followed so far, in the whole file. */
  readonly aliases: { count: number }
}

export interface YamlText {
  readonly value: string
  readonly origin: Origin
}

export type YamlKind = 'text' | 'list' | 'map' | 'nothing'

/** The items of a file: the elements of the list at the top of each of its documents. */
export function readItems(source: SourceFile, report: (problem: Diagnostic) => void): YamlNode[] {
  const documents = parse(source.text)
  if (documents === undefined || documents.some(({ errors }) => errors.length > 0)) return readItemsOneByOne(source, report)
  const aliases = { count: 0 }
  return documents.flatMap((document) => itemsOf({ source, base: 0, document, aliases }, report))
}

/** Undefined where the YAML is nested so deep that reading it needs more stack than there is. */
function parse(text: string): Document.Parsed[] | undefined {
  try {
    const documents = parseAllDocuments(text, { schema: 'failsafe', uniqueKeys: false, strict: false, prettyErrors: false })
    return Array.isArray(documents) ? documents : []
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function itemsOf(file: YamlFile, report: (problem: Diagnostic) => void): YamlNode[] {
  const { contents } = file.document
  if (contents === null) return []
  const top: YamlNode = { node: contents, file }
  const kind = kindOf(top)
  if (kind === 'nothing') return []
  if (isSeq(contents)) return contents.items.flatMap((item) => followOrReport(item as Node | null, top, report))
  const found = kind === 'map' ? 'a map' : 'a single value'
  report(diagnostic('LOAD_NOT_A_LIST', { found }, originOf(top)))
  return []
}

/** An item that is an alias to nothing is left out like any other broken item. */
function followOrReport(item: Node | null, top: YamlNode, report: (problem: Diagnostic) => void): YamlNode[] {
  try {
    return [follow(item, top)]
  } catch (error) {
    if (!(error instanceof ItemError)) throw error
    report(error.problem)
    return []
  }
}

/** An item begins at a line with `- ` in the column of the first one. */
function readItemsOneByOne(source: SourceFile, report: (problem: Diagnostic) => void): YamlNode[] {
  const indent = /^( *)- /m.exec(source.text)?.[1]
  const starts = indent === undefined ? [0] : [...source.text.matchAll(new RegExp(`^${indent}-(?=[ \\n])`, 'gm'))].map(({ index }) => index)
  const aliases = { count: 0 }
  return starts.flatMap((base, index) => readChunk({ source, base, end: starts[index + 1] ?? source.text.length, aliases }, report))
}

interface Chunk {
  readonly source: SourceFile
  readonly base: number
  readonly end: number
  readonly aliases: { count: number }
}

function readChunk({ source, base, end, aliases }: Chunk, report: (problem: Diagnostic) => void): YamlNode[] {
  const documents = parse(source.text.slice(base, end))
  const whole: Origin = { file: source, start: base, end: base + 1, value: source.text.slice(base, base + 1) }
  if (documents === undefined) {
    report(diagnostic('LOAD_YAML_TOO_COMPLEX', { reason: 'it is nested too deep' }, whole))
    return []
  }
  const mistake = documents.flatMap(({ errors }) => errors)[0]
  if (mistake === undefined) return documents.flatMap((document) => itemsOf({ source, base, document, aliases }, report))
  const start = Math.min(base + mistake.pos[0], base + source.text.slice(base, end).trimEnd().length - 1)
  report(diagnostic('LOAD_ERR_YAML_PARSE', { reason: plain(mistake.message) }, { ...whole, start, end: start + 1 }))
  return []
}

/** The parser's sentence, without its capital and its dump of the input. */
function plain(message: string): string {
  const [first = ''] = message.split('\n')
  return `${first.charAt(0).toLowerCase()}${first.slice(1, 200)}`
}

export function kindOf({ node }: YamlNode): YamlKind {
  if (isMap(node)) return 'map'
  if (isSeq(node)) return 'list'
  return isScalar(node) && !isNull(node) ? 'text' : 'nothing'
}

/** What YAML takes for null: nothing at all, `~` or `null`, without quotes. */
function isNull(node: Scalar): boolean {
  if (node.value === null) return true
  return (node.type === undefined || node.type === Scalar.PLAIN) && /^(?:~|null|Null|NULL|)$/.test(String(node.value))
}

export function textOf(node: YamlNode): YamlText {
  const { node: scalar } = node
  const value = isScalar(scalar) ? String(scalar.value) : ''
  return { value, origin: { ...originOf(node), value } }
}

export function originOf({ node, file }: YamlNode): Origin {
  const [start = 0, end = start] = node.range ?? []
  return { file: file.source, start: file.base + start, end: file.base + end, value: '' }
}

/** The elements of a list, aliases followed. */
export function elements(list: YamlNode): YamlNode[] {
  return (list.node as YAMLSeq).items.map((item) => follow(item as Node | null, list))
}

export interface YamlEntry {
  readonly key: YamlText
  readonly value: YamlNode
}

/** The entries of a map, in their order; keys that are no text are left out. */
export function entries(map: YamlNode): YamlEntry[] {
  return (map.node as YAMLMap).items.flatMap((pair: Pair) => {
    const key = follow(pair.key as Node | null, map)
    return isScalar(key.node) ? [{ key: textOf(key), value: follow(pair.value as Node | null, map, key) }] : []
  })
}

/** Thrown where a file follows more aliases than any rule file needs. */
export class TooManyAliases extends Error {}

function follow(node: Node | null, parent: YamlNode, place: YamlNode = parent): YamlNode {
  const { file } = parent
  if (node === null || node === undefined) return { node: emptyAt(place.node), file }
  if (!isAlias(node)) return { node, file }
  if (++file.aliases.count > MAX_ALIASES) throw new TooManyAliases()
  const target = anchored(node, file.document)
  if (target === undefined) throw new ItemError('LOAD_UNKNOWN_ALIAS', { alias: node.source }, originOf({ node, file }))
  return { node: target, file }
}

const anchors = new WeakMap<Document.Parsed, ReadonlyMap<string, readonly Node[]>>()

/** What an alias stands for: the last node before it with that anchor. (The library's own search is linear for each alias.) */
function anchored(alias: Alias, document: Document.Parsed): Node | undefined {
  let known = anchors.get(document)
  if (known === undefined) {
    known = findAnchors(document)
    anchors.set(document, known)
  }
  const before = alias.range?.[0] ?? 0
  return known.get(alias.source)?.findLast((node) => (node.range?.[0] ?? 0) < before)
}

function findAnchors(document: Document.Parsed): ReadonlyMap<string, readonly Node[]> {
  const found = new Map<string, Node[]>()
  visit(document, (_, node) => {
    if (!isNode(node) || isAlias(node) || node.anchor === undefined) return
    const same = found.get(node.anchor)
    if (same === undefined) found.set(node.anchor, [node])
    else same.push(node)
  })
  return found
}

/** A null that stands at the place of another node. */
function emptyAt(node: Node): Node {
  const empty = new Scalar(null)
  if (node.range) empty.range = node.range
  return empty
}
