/** Numbers, sizes and spans of time as people read them. */

const WHOLE = new Intl.NumberFormat('en')
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

/** `12,345`. */
export const wholeNumber = (value: number): string => WHOLE.format(value)

/** `12.3K`. */
export const shortNumber = (value: number): string => COMPACT.format(value)

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** `512 B`, `1.5 GiB`. */
export function byteSize(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`
}

/** `3.2%`; small shares keep a digit: `0.04%`. */
export function percent(share: number): string {
  const value = share * 100
  if (value === 0 || value >= 10) return `${Math.round(value)}%`
  return `${value >= 1 ? value.toFixed(1) : value.toPrecision(1)}%`
}

/** `42 ms`, `3.4 s`, `5 min`, `2 h 10 min`, `3 d 4 h`. */
export function timeSpan(ns: number): string {
  const seconds = ns / 1e9
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  const days = Math.floor(hours / 24)
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`
}

/** `1 finding`, `2 findings`; other plurals are given. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${wholeNumber(count)} ${count === 1 ? one : many}`
