/** Every expected failure of Tarsier. Messages are constants; facts are data in `{braces}`; each has a fix. */
export interface ErrorEntry {
  readonly message: string
  readonly fix: string
}

export const ERRORS = {
  EVENT_UNKNOWN_KIND: { message: 'unknown event kind {kind}', fix: 'Use a kind listed in docs/reference/events.md.' },
} as const satisfies Record<string, ErrorEntry>
