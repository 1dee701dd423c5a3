/** Rule files to items. A broken item is reported and left out; the others are read. */
import { diagnostic } from './diagnostic.ts'
import { ItemError } from './item-error.ts'
import type { FileItem } from './items.ts'
import { MAX_FILE_BYTES } from './limits.ts'
import { didYouMean } from './messages.ts'
import { type NamedKind, readItem } from './read-item.ts'
import { type KeyedItem, optionalText, type Report, readKeys, requiredText } from './read-value.ts'
import type { SourceFile } from './source.ts'
import { suggest } from './suggest.ts'
import { elements, entries, kindOf, originOf, readItems, TooManyAliases, textOf, type YamlNode } from './yaml-file.ts'

/** What this program answers to `required_engine_version`. */
const ENGINE_VERSION = '0.62.0'

/** Plugins whose rules are understood, whether or not something here makes their events yet. */
const PLUGINS = [
  'container',
  'k8saudit',
  'k8saudit-eks',
  'k8saudit-gke',
  'k8saudit-aks',
  'k8saudit-ovh',
  'k8smeta',
  'cloudtrail',
  'json',
  'okta',
  'github',
  'gitlab',
  'gcpaudit',
  'keycloak',
  'krsi',
  'salesforce',
  'box',
  'dummy',
  'dummy_c',
]

/** The items of a file in their order. */
export function readRuleFile(file: SourceFile, report: Report): FileItem[] {
  const bytes = file.text.length > MAX_FILE_BYTES ? file.text.length : Buffer.byteLength(file.text)
  if (bytes > MAX_FILE_BYTES) {
    report(diagnostic('LOAD_FILE_TOO_LARGE', { bytes, limit: MAX_FILE_BYTES }, { path: file.path, text: '' }))
    return []
  }
  const items: FileItem[] = []
  try {
    for (const node of readItems(file, report)) {
      const read = readOne(node, report)
      if (read === 'stop') break
      if (read !== undefined) items.push(read)
    }
  } catch (error) {
    if (!(error instanceof TooManyAliases)) throw error
    report(diagnostic('LOAD_YAML_TOO_COMPLEX', { reason: 'it follows more aliases than a rule file needs' }, file))
  }
  return items
}

/** The item; undefined where it is none or broken; 'stop' where the rest of the file is not for this engine. */
function readOne(node: YamlNode, report: Report): FileItem | 'stop' | undefined {
  if (kindOf(node) === 'nothing') return undefined
  try {
    return readKnown(node, report)
  } catch (error) {
    if (!(error instanceof ItemError)) throw error
    report(error.problem)
    return error instanceof EngineTooOld ? 'stop' : undefined
  }
}

const KINDS: readonly NamedKind[] = ['list', 'macro', 'rule']
const REQUIREMENTS = ['required_engine_version', 'required_plugin_versions']

function readKnown(node: YamlNode, report: Report): FileItem | 'stop' | undefined {
  if (kindOf(node) !== 'map') {
    const found = kindOf(node) === 'list' ? 'a list' : `the text ${textOf(node).value.slice(0, 40)}`
    throw new ItemError('LOAD_NOT_AN_ITEM', { found }, originOf(node))
  }
  const keys = entries(node).map(({ key }) => key.value)
  if (keys.includes('required_engine_version')) return readEngineVersion(readKeys(node, 'required_engine_version', REQUIREMENTS, report))
  if (keys.includes('required_plugin_versions'))
    return readPlugins(readKeys(node, 'required_plugin_versions', REQUIREMENTS, report), report)
  const kind = KINDS.find((known) => keys.includes(known))
  if (kind !== undefined) return readItem(kind, node, report)
  const near = keys.map((key) => suggest(key, [...KINDS, ...REQUIREMENTS])).find((name) => name !== undefined)
  const facts = { keys: keys.slice(0, 8).join(', ') || 'none', suggestion: didYouMean(near) }
  report(diagnostic('LOAD_UNKNOWN_ITEM', facts, originOf(node)))
  return undefined
}

type Version = readonly [major: number, minor: number, patch: number]

/** `0.57.0`; a whole number N means 0.N.0. */
function parseVersion(text: string): Version | undefined {
  const [, whole] = /^(\d{1,6})$/.exec(text) ?? []
  if (whole !== undefined) return [0, Number(whole), 0]
  const [, major, minor, patch] = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?:[-+][\w.+-]*)?$/.exec(text) ?? []
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)]
}

function readEngineVersion(item: KeyedItem): 'stop' | undefined {
  const { value, origin } = requiredText(item, 'required_engine_version')
  const required = parseVersion(value)
  if (required === undefined) throw new ItemError('LOAD_BAD_VERSION', { value }, origin)
  const ours = parseVersion(ENGINE_VERSION) ?? [0, 0, 0]
  const fits = required[0] === ours[0] && (required[1] < ours[1] || (required[1] === ours[1] && required[2] <= ours[2]))
  if (!fits) throw new EngineTooOld('LOAD_ENGINE_VERSION', { required: required.join('.'), ours: ENGINE_VERSION }, origin)
  return undefined
}

class EngineTooOld extends ItemError {}

function readPlugins(item: KeyedItem, report: Report): undefined {
  const entry = item.keys.get('required_plugin_versions')
  if (entry === undefined) return
  if (kindOf(entry.value) !== 'list') throw new ItemError('LOAD_NOT_A_SEQUENCE', { key: 'required_plugin_versions' }, entry.key.origin)
  for (const node of elements(entry.value)) readPlugin(node, report)
}

function readPlugin(node: YamlNode, report: Report): void {
  if (kindOf(node) !== 'map') throw new ItemError('LOAD_MISSING_KEY', { item: 'required plugin version', key: 'name' }, originOf(node))
  const plugin = readKeys(node, 'required plugin version', ['name', 'version', 'alternatives'], report)
  const names = [requiredVersion(plugin)]
  const alternatives = plugin.keys.get('alternatives')
  if (alternatives !== undefined) {
    if (kindOf(alternatives.value) !== 'list') throw new ItemError('LOAD_NOT_A_SEQUENCE', { key: 'alternatives' }, alternatives.key.origin)
    for (const one of elements(alternatives.value)) names.push(requiredVersion(readKeys(one, 'alternative', ['name', 'version'], report)))
  }
  if (names.some((name) => PLUGINS.includes(name))) return
  const [name = ''] = names
  const at = optionalText(plugin, 'name')?.origin ?? originOf(node)
  report(diagnostic('LOAD_UNKNOWN_PLUGIN', { plugin: name, suggestion: didYouMean(suggest(name, PLUGINS)) }, at))
}

/** The name of the plugin, once its version is known to be one. */
function requiredVersion(plugin: KeyedItem): string {
  const { value: name } = requiredText(plugin, 'name')
  const version = requiredText(plugin, 'version')
  if (parseVersion(version.value) === undefined) throw new ItemError('LOAD_BAD_VERSION', { value: version.value }, version.origin)
  return name
}
