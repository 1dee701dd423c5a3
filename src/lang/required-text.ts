/** What every text holds that a regular expression matches: to look for it takes a hundredth of the time of the expression. */

/**
 * A token of an expression of RE2: an escape, a set, how often the one before may come, or a character. What RE2 does not take is refused before.
 * https://github.com/google/re2/wiki/Syntax
 */
const TOKEN = /\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]|\{\d*,?\d*\}|./sy
/** An expression, or a group of it, that takes small letters for capital ones. */
const FOLDS = /\(\?[a-zA-Z-]*i/
/** Escapes that stand for one character or none. */
const CLASS_ESCAPE = /^\\[dDwWsSbBAzfnrtv]$/

/** The longest text that stands in everything that the expression matches; empty where none is found. Looks outside of groups alone. */
export function requiredText(expression: string): string {
  if (FOLDS.test(expression)) return ''
  const runs = ['']
  let depth = 0
  TOKEN.lastIndex = 0
  for (let token = TOKEN.exec(expression)?.[0]; token !== undefined; token = TOKEN.exec(expression)?.[0]) {
    if (token === ')') depth--
    else if (token === '(') {
      if (depth++ === 0) runs.push('')
    } else if (depth > 0) continue
    else if (token === '|' || isUnknown(token)) return ''
    else if (/^[*?{]/.test(token)) runs.push(runs.pop()?.slice(0, -1) ?? '', '')
    else if (isPlain(token)) runs.push(`${runs.pop() ?? ''}${token.at(-1)}`)
    else runs.push('')
  }
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest))
}

/** Escapes of characters by number or name, and quoted texts. */
const isUnknown = (token: string): boolean => /^\\[a-zA-Z0-9]/.test(token) && !CLASS_ESCAPE.test(token)

/** A character that stands for itself, of ASCII: of others a text may hold another form. */
const isPlain = (token: string): boolean => /^(?:[\x20-\x7e]|\\[\x20-\x7e])$/.test(token) && !/^(?:[.^$+[\\]|\\[a-zA-Z0-9])$/.test(token)
