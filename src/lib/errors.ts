/** Every expected failure of Tarsier. Messages are constants; facts are data in `{braces}`; each has a fix. */
export interface ErrorEntry {
  readonly message: string
  readonly fix: string
}

export const ERRORS = {
  EVENT_UNKNOWN_KIND: { message: 'unknown event kind {kind}', fix: 'Use a kind listed in docs/reference/events.md.' },
  FILE_UNREADABLE: { message: 'cannot read {path}: {reason}', fix: 'Check the path and its permissions.' },
  FILE_TOO_LARGE: { message: '{path} is larger than {limit} bytes', fix: 'Give a smaller file, or divide it.' },
  FILE_NOT_TEXT: { message: '{path} is not UTF-8 text', fix: 'Save it as UTF-8.' },
  FILE_NONE_IN_FOLDER: { message: 'the folder {path} holds no file that ends in {extensions}', fix: 'Name a file, or another folder.' },
  RULES_INVALID: {
    message: '{errors} errors in the rules, and --strict lets none pass',
    fix: 'Mend what is said above, or leave out --strict.',
  },
  RULES_NONE: { message: 'no rule to run in {paths}', fix: 'Look at: tarsier rules list, and at --enable, --disable and --priority.' },
  RULES_UNKNOWN: { message: 'no rule that is on is called {rule}{hint}', fix: 'See: tarsier rules list' },
  FILTER_INVALID: {
    message: 'the condition given to --filter has errors',
    fix: 'Mend what is said above; fields are listed by: tarsier fields',
  },
  OUTPUT_SPEC: {
    message: '{output} is no output',
    fix: 'Give --output a name such as terminal, json, file:/var/log/tarsier.json or syslog://host:514.',
  },
  OUTPUT_UNKNOWN: { message: 'unknown output {output}.{hint}', fix: 'Use one that begins with {known}.' },
  OUTPUT_UNWRITABLE: { message: 'findings cannot be written to {path}: {reason}', fix: 'Make its folder, or give another path.' },
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
  SENSOR_ADDON: { message: 'the native addon {path} cannot be loaded: {reason}', fix: 'Run: npm run setup' },
  SENSOR_OBJECT: { message: 'the kernel programs {path} are missing', fix: 'Run: npm run setup' },
  SENSOR_STALE: { message: 'the kernel programs are of another version than this one ({detail})', fix: 'Run: npm run setup' },
  SENSOR_KERNEL_OLD: { message: 'Linux {release} is too old', fix: 'Use Linux 5.8 or newer.' },
  SENSOR_NO_BTF: {
    message: 'this kernel has no type information ({path})',
    fix: 'Boot a kernel with CONFIG_DEBUG_INFO_BTF=y; the kernels of Debian 11, Ubuntu 20.10, RHEL 8.2 and later have it.',
  },
  SENSOR_NO_PRIVILEGE: {
    message: 'watching the kernel takes {missing}, which this process lacks',
    fix: 'Run it as root: sudo ./tarsier run',
  },
  SENSOR_MEMLOCK: {
    message: 'the kernel refused memory for the programs ({step}: {error}; {detail})',
    fix: 'Kernels before 5.11 charge it as locked memory. Run: ulimit -l unlimited, then start again.',
  },
  SENSOR_REFUSED: {
    message: 'the kernel refused the programs although the capabilities are there ({step}: {error}; {detail})',
    fix: 'In a container, allow the bpf() call in its seccomp profile; on the host, see /sys/kernel/security/lockdown.',
  },
  SENSOR_FAILED: { message: 'the kernel programs could not be loaded ({step}: {error}; {detail})', fix: 'Run: ./tarsier doctor' },
  SENSOR_SNAPSHOT: {
    message: 'the processes that run already could not be read from the kernel: {reason}',
    fix: 'Run: ./tarsier doctor; it says whether this kernel has BPF iterators.',
  },
  HOST_FACTS: {
    message: 'the host facts of the recording are damaged: {problem}',
    fix: 'Record again with this version of Tarsier.',
  },
  RECORDING_OPEN: { message: 'cannot open the recording {path}: {reason}', fix: 'Check the path and its permissions.' },
  RECORDING_FOREIGN: { message: '{path} is not a recording of Tarsier', fix: 'Give a file that `tarsier record FILE` wrote.' },
  RECORDING_VERSION: {
    message: '{path} is a recording of format {version}; this version reads {known}',
    fix: 'Replay it with the version of Tarsier that made it, or a newer one.',
  },
  RECORDING_TRUNCATED: {
    message: '{path} breaks off after {bytes} bytes; the {chunks} parts before that were read',
    fix: 'The recorder was stopped or the file cut. What was read stands; record again for the rest.',
  },
  RECORDING_CORRUPT: {
    message: '{path} is damaged at byte {at}; the {chunks} parts before that were read',
    fix: 'Copy it again from where it was made; what was read stands.',
  },
  RECORDING_EXISTS: { message: '{path} exists already', fix: 'Choose another name, or remove it first.' },
  RECORDING_WRITE: {
    message: 'cannot write the recording {path}: {reason}',
    fix: 'Check the path, its permissions and the free space; what was written before can be replayed.',
  },
} as const satisfies Record<string, ErrorEntry>
