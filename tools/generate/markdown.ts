/** Pieces of Markdown for the generated reference pages. */

export const GENERATED_NOTE = '<!-- Generated from the sources by `npm run generate`; do not edit. -->'

/** A text that stays inside of its table cell. */
const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ')

export const code = (value: string | number | boolean | bigint): string => {
  const text = visible(String(value))
  return text === '' ? '(empty)' : text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** NULs and other control characters as escapes, so that a page stays text. */
function visible(text: string): string {
  return text.replace(/[\0-\x1f\x7f]/g, (char) => (char === '\0' ? '\\0' : JSON.stringify(char).slice(1, -1)))
}
