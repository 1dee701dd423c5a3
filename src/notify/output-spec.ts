/** The text given to `--output`: `scheme`, `scheme:path`, `scheme://host:port`, each with `?name=value&…` behind. */
import { AppError } from '../lib/app-error.ts'

export interface OutputSpec {
  /** As given, but for a name and password before the host: those do not belong there, and are shown to nobody. */
  readonly text: string
  readonly scheme: string
  readonly host: string | undefined
  readonly port: string | undefined
  readonly path: string | undefined
  readonly settings: Readonly<Record<string, string>>
}

/** Not the URL class: that would resolve `..`, lower the case and refuse relative paths. Throws AppError OUTPUT_SPEC. */
export function parseOutputSpec(text: string): OutputSpec {
  const match = /^([a-z][a-z0-9+]*)(?::(.*?))?(?:\?(.*))?$/is.exec(text)
  if (!match) throw new AppError('OUTPUT_SPEC', { output: text })
  const [, scheme = '', rest = '', query = ''] = match
  return { text: shown(text), scheme: scheme.toLowerCase(), ...parseTarget(rest), settings: parseSettings(query) }
}

const shown = (text: string): string => text.replace(/\/\/[^/?]*@/, '//…@')

/** `//[::1]:514/path`, `//host`, `///path`, `/path`, `path`. */
function parseTarget(rest: string): Pick<OutputSpec, 'host' | 'port' | 'path'> {
  const match = /^\/\/(?:\[([^\]]*)\]|([^/:]*))(?::(\d*))?(\/.*)?$/s.exec(rest)
  if (!match) return { host: undefined, port: undefined, path: given(decode(rest)) }
  return { host: given(match[1] ?? match[2]), port: given(match[3]), path: given(decode(match[4] ?? '')) }
}

function parseSettings(query: string): Record<string, string> {
  const pairs = query.split('&').filter((pair) => pair !== '')
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.includes('=') ? pair.indexOf('=') : pair.length
      return [decode(pair.slice(0, at)), decode(pair.slice(at + 1))]
    }),
  )
}

function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

/** Percent decoding; what is not valid stays as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a file name with a bare % in it
  }
}
