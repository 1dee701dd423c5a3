/** What Tarsier says about itself: on standard error, one line each, never mixed with findings. */
import { escapeText, safeJson } from './escape.ts'
import { createStyle } from './style.ts'
import { rfc3339 } from './time-format.ts'

export type LogLevel = 'debug' | 'info' | 'warning' | 'error'
const LOG_LEVELS = ['debug', 'info', 'warning', 'error'] as const satisfies readonly LogLevel[]
/** Values may hold text from outside: the log neutralises them. */
export type LogFacts = Readonly<Record<string, string | number | boolean | undefined>>

/** One function per level. */
export type Log = { readonly [L in LogLevel]: (message: string, facts?: LogFacts) => void }

export interface LogOptions {
  /** Takes one line with its newline. Must not throw. */
  readonly write: (line: string) => void
  readonly format: 'text' | 'json'
  /** The lowest level that is written. */
  readonly level: LogLevel
  readonly colour: boolean
  /** ns since 1970; only JSON lines carry a time. */
  readonly nowNs: () => number
}

/** Text: `tarsier: warning: message (fact=value)`. JSON: `{"time","level","message",…facts}`. */
export function createLog(options: LogOptions): Log {
  const line = options.format === 'json' ? jsonLine(options) : textLine(options)
  const lowest = LOG_LEVELS.indexOf(options.level)
  const at = (level: LogLevel) => (message: string, facts?: LogFacts) => {
    if (LOG_LEVELS.indexOf(level) >= lowest) options.write(line(level, message, facts ?? {}))
  }
  return Object.freeze({ debug: at('debug'), info: at('info'), warning: at('warning'), error: at('error') })
}

type MakeLine = (level: LogLevel, message: string, facts: LogFacts) => string

function jsonLine({ nowNs }: LogOptions): MakeLine {
  return (level, message, facts) => `${safeJson({ time: rfc3339(nowNs()), level, message, ...facts })}\n`
}

function textLine({ colour }: LogOptions): MakeLine {
  const style = createStyle(colour)
  const paint = { debug: style.dim, info: style.cyan, warning: style.yellow, error: style.red }
  return (level, message, facts) => {
    const shown = Object.entries(facts).filter(([, value]) => value !== undefined)
    const tail = shown.length === 0 ? '' : ` (${shown.map(([name, value]) => `${name}=${value}`).join(', ')})`
    const label = level === 'info' ? '' : `${paint[level](level)}: `
    return `${style.dim('tarsier:')} ${label}${escapeText(message)}${style.dim(escapeText(tail))}\n`
  }
}
