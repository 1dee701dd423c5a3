/** How urgent a rule is, most urgent first. */
export const PRIORITY_NAMES = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'informational', 'debug'] as const

export type Priority = (typeof PRIORITY_NAMES)[number]

/** Reads a priority in any case; `info` is short for informational. Undefined where the text is none. */
export function parsePriority(text: string): Priority | undefined {
  const name = text.toLowerCase()
  return name === 'info' ? 'informational' : PRIORITY_NAMES.find((priority) => priority === name)
}

/** True when `priority` is at least as urgent as `minimum`. */
export function atLeast(priority: Priority, minimum: Priority): boolean {
  return PRIORITY_NAMES.indexOf(priority) <= PRIORITY_NAMES.indexOf(minimum)
}
