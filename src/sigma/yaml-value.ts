/**
 * YAML of Sigma files to plain values. Numbers keep how they were written (`0777` compared with a text is `0777`), and what a
 * file can make us do is bounded: its size, the depth and number of its nodes with aliases followed.
 */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseAllDocuments, type YAMLMap } from 'yaml'
import { Unsupported } from './unsupported.ts'

/** A number with its text as written. */
export interface WrittenNumber {
  readonly number: number
  readonly text: string
}

export type YamlMap = ReadonlyMap<string, YamlValue>
export type YamlValue = null | string | boolean | WrittenNumber | readonly YamlValue[] | YamlMap

/** Bytes of one file with Sigma rules. The largest collections are files of a few kilobytes each. */
export const MAX_SIGMA_BYTES = 4 * 1024 * 1024
const MAX_DEPTH = 32
const MAX_NODES = 200_000

/** The documents of a file, empty ones left out; for a broken one, why. Never throws for what is in the text. */
export function readDocuments(text: string): readonly (YamlValue | Unsupported)[] {
  if (Buffer.byteLength(text) > MAX_SIGMA_BYTES) return [broken(`the file is larger than ${MAX_SIGMA_BYTES} bytes`)]
  try {
    const documents = parseAllDocuments(text, { uniqueKeys: false, prettyErrors: false, stringKeys: false, logLevel: 'silent' })
    return Array.isArray(documents) ? documents.flatMap(readDocument) : []
  } catch (error) {
    if (error instanceof RangeError) return [broken('the YAML is nested too deep')]
    throw error
  }
}

function readDocument(document: Document.Parsed): readonly (YamlValue | Unsupported)[] {
  const [mistake] = document.errors
  if (mistake !== undefined) return [broken(`not YAML: ${(mistake.message.split('\n')[0] ?? '').slice(0, 200)}`)]
  try {
    const value = convert(document.contents, { document, nodes: 0 }, 0)
    return value === null ? [] : [value]
  } catch (error) {
    if (error instanceof Unsupported) return [error]
    throw error
  }
}

interface Reading {
  readonly document: Document.Parsed
  nodes: number
}

function convert(node: Node | null, reading: Reading, depth: number): YamlValue {
  if (++reading.nodes > MAX_NODES) throw broken(`the YAML has more than ${MAX_NODES} values`)
  if (depth > MAX_DEPTH) throw broken(`the YAML is nested deeper than ${MAX_DEPTH} levels`)
  if (node === null) return null
  if (isAlias(node)) {
    const target = node.resolve(reading.document)
    if (target === undefined) throw broken(`the YAML names an unknown anchor ${node.source}`)
    return convert(target, reading, depth + 1)
  }
  if (isMap(node)) return convertMap(node, reading, depth)
  if (isSeq(node)) return node.items.map((item) => convert(item as Node | null, reading, depth + 1))
  return isScalar(node) ? scalarValue(node.value, node.source) : null
}

function convertMap(node: YAMLMap, reading: Reading, depth: number): YamlMap {
  const result = new Map<string, YamlValue>()
  for (const pair of node.items) {
    const key = isScalar(pair.key) ? String(pair.key.source ?? pair.key.value) : undefined
    if (key === undefined) throw broken('the YAML has a key that is no text')
    if (result.has(key)) throw broken(`the YAML has the key ${key} twice in one map`)
    result.set(key, convert(pair.value as Node | null, reading, depth + 1))
  }
  return result
}

function scalarValue(value: unknown, source: string | undefined): YamlValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return { number: value, text: source ?? String(value) }
  return String(source ?? value)
}

const broken = (text: string): Unsupported => new Unsupported('document', text)

export function isYamlMap(value: YamlValue | undefined): value is YamlMap {
  return value instanceof Map
}

export function isYamlList(value: YamlValue | undefined): value is readonly YamlValue[] {
  return Array.isArray(value)
}

/** Texts and numbers as text; of a list each. What is neither is left out. */
export function textsOf(value: YamlValue | undefined): readonly string[] {
  if (value === undefined || value === null) return []
  if (isYamlList(value)) return value.flatMap(textsOf)
  return isYamlMap(value) ? [] : [textOf(value)]
}

/** A scalar as text. */
function textOf(value: string | boolean | WrittenNumber): string {
  return typeof value === 'object' ? value.text : String(value)
}
