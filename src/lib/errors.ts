/** Every expected failure of Tarsier. Messages are constants; facts are data in `{braces}`; each has a fix. */
export interface ErrorEntry {
  readonly message: string
  readonly fix: string
}

export const ERRORS = {
  EVENT_UNKNOWN_KIND: { message: 'unknown event kind {kind}', fix: 'Use a kind listed in docs/reference/events.md.' },
  OUTPUT_SPEC: {
    message: '{output} is no output',
    fix: 'Give --output a name such as terminal, json, file:/var/log/tarsier.json or syslog://host:514.',
  },
  OUTPUT_UNKNOWN: { message: 'unknown output {output}.{hint}', fix: 'Use one that begins with {known}.' },
  OUTPUT_SETTING: { message: 'wrong setting in the output {output}: {problem}', fix: 'See docs/reference/outputs.md for its settings.' },
  BUILD_NO_BTF: {
    message: 'this kernel has no type information ({path}), which the sensor is compiled against',
    fix: 'Boot a kernel that is built with CONFIG_DEBUG_INFO_BTF=y, as those of Debian, Ubuntu and Fedora are.',
  },
  BUILD_MISSING: { message: 'cannot build: {what} is missing', fix: 'Run: {command}' },
  BUILD_FAILED: {
    message: '{program} failed: {output}',
    fix: 'Its message says where; if the sources are unchanged, run: npm ci && npm run setup',
  },
} as const satisfies Record<string, ErrorEntry>
