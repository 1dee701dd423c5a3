/** Every expected failure of Tarsier. Messages are constants; facts are data in `{braces}`; each has a fix. */
export interface ErrorEntry {
  readonly message: string
  readonly fix: string
}

export const ERRORS = {
  EVENT_UNKNOWN_KIND: { message: 'unknown event kind {kind}', fix: 'Use a kind listed in docs/reference/events.md.' },
  FILE_UNREADABLE: {
    message: 'cannot read {path}: {reason}',
    fix: 'Check the path and its permissions. What Tarsier keeps (/var/lib/tarsier) only root may read: use sudo.',
  },
  FILE_UNWRITABLE: { message: 'cannot write {path}: {reason}', fix: 'Check its folder, its permissions and the room on the disk.' },
  FILE_TOO_LARGE: { message: '{path} is larger than {limit} bytes', fix: 'Give a smaller file, or divide it.' },
  FILE_NOT_TEXT: { message: '{path} is not UTF-8 text', fix: 'Save it as UTF-8.' },
  FILE_EXISTS: { message: '{path} exists already', fix: 'Choose another name, or add --force to replace it.' },
  FILE_NONE_IN_FOLDER: { message: 'the folder {path} holds no file that ends in {extensions}', fix: 'Name a file, or another folder.' },
  RULES_INVALID: {
    message: '{errors} errors in the rules, and --strict lets none pass',
    fix: 'Mend what is said above, or leave out --strict.',
  },
  RULES_KEPT: { message: '{errors} errors in the rules: none of them is loaded', fix: 'Mend what is said above, and load them again.' },
  RULES_STREAM: {
    message: 'rules that came through a pipe ({path}) cannot be read again',
    fix: 'Give files or folders to --rules, or start anew.',
  },
  RULES_NONE: { message: 'no rule to run in {paths}', fix: 'Look at: tarsier rules list, and at --enable, --disable and --priority.' },
  RULES_UNKNOWN: { message: 'no rule that is on is called {rule}{hint}', fix: 'See: tarsier rules list' },
  FILTER_INVALID: {
    message: 'the condition given to --filter has errors',
    fix: 'Mend what is said above; fields are listed by: tarsier fields',
  },
  COVERAGE_REPORT_INVALID: { message: '{path} is no coverage report', fix: 'Make it with `tarsier coverage --json`.' },
  COVERAGE_VERSIONS_DIFFER: {
    message: 'one report is about ATT&CK v{before}, the other about v{after}',
    fix: 'Make both with the same --attack-version.',
  },
  SIGMA_SETTINGS: { message: '{path} cannot be used: {problem}', fix: 'See docs/guide/sigma.md for its form.' },
  LEDGER_INVALID: { message: '{path} has no proof in line {line}', fix: 'Mend the line, or take the file away: tarsier prove writes it.' },
  PROVE_PROGRAMS: { message: 'sandboxes need {programs}', fix: 'Run: apt-get install {packages}' },
  PROVE_UNKNOWN: {
    message: 'no rule, tactic or technique is called {word}',
    fix: 'See: tarsier rules list, and the folders below rules/.',
  },
  PROVE_NOTHING: { message: '{words} have no case to run', fix: 'Give the rule an `attack`; docs/guide/proving.md says how.' },
  WORKLOAD_INVALID: { message: '{path} describes no workload: {reason}', fix: 'docs/guide/noise.md has the keys.' },
  WORKLOAD_UNKNOWN: { message: 'no workload is called {name}', fix: 'See: tarsier noise --list.' },
  OUTPUT_SPEC: {
    message: '{output} is no output',
    fix: 'Give --output a name such as terminal, json, file:/var/log/tarsier.json or syslog://host:514.',
  },
  OUTPUT_UNKNOWN: { message: 'unknown output {output}.{hint}', fix: 'Use one that begins with {known}.' },
  OUTPUT_UNWRITABLE: { message: 'findings cannot be written to {path}: {reason}', fix: 'Make its folder, or give another path.' },
  OUTPUT_SETTING: { message: 'wrong setting in the output {output}: {problem}', fix: 'See docs/reference/outputs.md for its settings.' },
  ACTION_UNKNOWN: { message: 'no action is called {action}.{hint}', fix: 'See docs/reference/actions.md for all of them.' },
  ACTION_SETTING: { message: 'wrong setting of the action {action}: {problem}', fix: 'See docs/reference/actions.md for its settings.' },
  ACTION_GONE: {
    message: 'the action {action} came too late: {reason}',
    fix: 'Nothing was done, since it had ended by itself. What it did until then stands in its events.',
  },
  ACTION_FAILED: { message: 'the action {action} failed: {reason}', fix: 'The steps of the action say how far it came: tarsier actions.' },
  EVIDENCE_KEY: {
    message: 'the key {path} cannot be used: {reason}',
    fix: 'The host’s own key is a file of root (mode 0600) that the first capture makes; --key takes the public part, keys/evidence.pub.',
  },
  EVIDENCE_TARGET: { message: 'there is nothing to collect: {reason}', fix: 'Name a process that runs (--pid), or a container that does.' },
  EVIDENCE_INVALID: {
    message: '{path} is not what was sealed: {problem}',
    fix: 'Do not rely on it. Copy it again from the host that made it, and compare its SHA-256.',
  },
  EVIDENCE_TIMESTAMP: {
    message: 'no time stamp came from {url}: {reason}',
    fix: 'The evidence is sealed without it. Is the URL that of a time stamping authority (RFC 3161)?',
  },
  EVIDENCE_SECTION: { message: '{path} has nothing called {section}', fix: 'It has: {known}.' },
  RUNTIME_FAILED: { message: '{runtime} at {place}: {reason}', fix: 'See whether the runtime is up, and its log.' },
  SCRIPT_KEY: {
    message: '{path} is no key that scripts can be signed with: {reason}',
    fix: 'Make one: openssl genpkey -algorithm ed25519 -out KEY, and its public half for agents: openssl pkey -in KEY -pubout -out KEY.pub',
  },
  KUBERNETES_FAILED: { message: 'Kubernetes: {what}: {reason}', fix: 'See the API server’s answer; the action can be tried again.' },
  KUBERNETES_FORBIDDEN: {
    message: 'the account of the agent may not {permission}: {reason}',
    fix: 'Give it that permission: deploy/kubernetes/response-role.yaml is a ClusterRole with all that responses need.',
  },
  KUBERNETES_CREDENTIALS: {
    message: 'no API server of Kubernetes can be asked: {reason}',
    fix: 'Run the agent as a pod with a service account, or set `kubeconfig`, or `apiServer` and `serviceAccount`, under `with`.',
  },
  CONTAINER_UNKNOWN: {
    message: 'no container runtime has the container {id}: {answers}',
    fix: 'It may have ended. Where runtimes have their sockets elsewhere, say so under `with`: dockerSocket, containerdSocket, criSockets, runcRoots.',
  },
  CONTAINER_AMBIGUOUS: {
    message: 'several containers are called {id} (of {runtimes}), and nothing tells which is meant',
    fix: 'Stop or pause it with the command of its runtime.',
  },
  CONTAINER_OTHER: {
    message: 'process {pid} is not in the container {id} (of {runtimes}), though its control group bears that name',
    fix: 'Look at its control group: somebody may have named it so. Respond to the process itself.',
  },
  RULE_TRY_TOO_LONG: {
    message: 'the rules take longer than {seconds} s to be looked at, or more memory than there is for that',
    fix: 'Divide the file, or take tests out of it.',
  },
  RULE_TRY_BUSY: { message: '{waiting} others wait to have their rules looked at', fix: 'Try again in some seconds.' },
  RESPONSE_NO_AGENT: {
    message: 'no agent of {host} asks for orders',
    fix: 'Start it there (tarsier run), or wait until it has come back; nothing was done.',
  },
  RESPONSE_TOO_MANY: {
    message: 'too much is asked of the agent of {host} that it has not fetched yet',
    fix: 'Wait until it has, and ask again; nothing was done.',
  },
  RESPONSE_DRY_RUN: {
    message: 'the agent of {host} runs with --respond dry-run, and does nothing for anybody; nothing was done',
    fix: 'Start it with --respond act, or ask for a dry run.',
  },
  RESPONSE_OVER: { message: 'the action {id} is {phase}: that answer comes too late', fix: 'Look at its steps, or ask for a new action.' },
  UPSTREAM_IN_USE: {
    message: 'another agent (process {pid}) keeps findings for its server in {path}',
    fix: 'Give this one a folder of its own with --state, or start it with --no-server.',
  },
  METRICS_LISTEN: {
    message: 'cannot listen at {address}: {reason}',
    fix: 'Give --metrics another address or port, such as 127.0.0.1:9465.',
  },
  TOP_NO_AGENT: {
    message: 'no running agent was found in {folder}',
    fix: 'Start one with: sudo tarsier run; and ask as root: sudo tarsier top',
  },
  TOP_SEVERAL: { message: 'several agents run: {pids}', fix: 'Say which with --pid.' },
  TOP_NO_ANSWER: { message: 'the agent with process id {pid} does not answer: {reason}', fix: 'See whether it runs, and ask as root.' },
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
  STORE_IN_USE: {
    message: 'the store in {folder} is used by another process',
    fix: 'Let the server that uses it do the work (POST /api/store/backups makes a backup), or stop that server first.',
  },
  STORE_NEWER: {
    message: '{path} was written by a newer version of Tarsier (its form is {found}, this version knows {known})',
    fix: 'Start the newer version, or restore a backup that this version made.',
  },
  STORE_OLDER: {
    message: '{path} was written by an older version of Tarsier',
    fix: 'Start the server once: it brings the store up to date.',
  },
  STORE_DAMAGED: {
    message: '{path} is damaged: {reason}',
    fix: 'Restore a backup: tarsier store restore. Keep the damaged file: some of it may be saved.',
  },
  STORE_FULL: {
    message: 'there is no room to write {what}: {reason}',
    fix: 'Free space on the disk of {folder}, or let less be kept: findings and history have limits of age and size.',
  },
  STORE_UNOPENED: {
    message: 'the store in {folder} cannot be opened: {reason}',
    fix: 'Is it the folder that the server uses (--state)? Only root may look into it: sudo tarsier …',
  },
  STORE_QUESTION: {
    message: 'the answer takes more memory than history may use: {reason}',
    fix: 'Ask for a shorter time, or for fewer columns.',
  },
  STORE_NAME_TAKEN: { message: 'there is another {what} of that name', fix: 'Give it another name.' },
  STORE_RESTORE_UNFINISHED: {
    message: 'a restore into {folder} did not come to its end',
    fix: 'Do it again: tarsier store restore, with --force.',
  },
  STORE_FOLDER_NOT_EMPTY: {
    message: '{folder} is not empty',
    fix: 'Name a folder that does not exist yet. Only `tarsier store restore --force` takes the place of what is there.',
  },
  STORE_RETENTION: { message: '{value} is no limit for {what}', fix: 'Give a number above 0, or none.' },
  BACKUP_INVALID: { message: '{folder} is no whole backup: {problem}', fix: 'Use another backup; this one cannot be trusted.' },
  CURSOR_INVALID: { message: 'the cursor is none that this list gave', fix: 'Begin again without a cursor.' },
  STEP_TOO_SHORT: { message: 'the range has more than {limit} steps', fix: 'Ask for longer steps, or for a shorter time.' },
  CONDITION_INVALID: {
    message: 'the condition has errors ({errors})',
    fix: 'Mend what is said of them; fields are listed by: tarsier fields',
  },
  RULES_REFUSED: { message: 'the rules have {errors} errors: none of them is saved', fix: 'Mend what is said of them, and save again.' },
  SERVER_UNREACHABLE: {
    message: 'the server at {url} cannot be asked: {reason}',
    fix: 'Is it running? sudo tarsier run starts one; --server or TARSIER_SERVER says where it is.',
  },
  SERVER_TOKEN: {
    message: 'the server at {url} does not know who asks',
    fix: 'On its host: (umask 077; sudo tarsier tokens add shell > token); then --token-file token, or TARSIER_TOKEN.',
  },
  TOKEN_NO_ADMIN: {
    message: 'there is no admin yet whose token it could be',
    fix: 'Open the link that the server printed when it started, or: tarsier users add NAME --role admin',
  },
  SERVER_TOKEN_FORM: {
    message: 'what was given as a token has not the form of one',
    fix: 'A token begins with tsr_ and is one word; it is what tarsier tokens add prints, and nothing else.',
  },
  SERVER_ADDRESS: {
    message: '{address} is no address of a server',
    fix: 'Write it as https://tarsier.example.org, without a path.',
  },
  SERVER_REFUSED: { message: '{detail} ({code})', fix: '{fix}' },
  BACKTEST_LONG: {
    message: 'the trial took longer than {minutes} minutes, and came as far as {time}',
    fix: 'Try a shorter time, or let the condition begin with what is rare: a file, a name, a kind of event.',
  },
  RULE_NOT_LOCAL: {
    message: 'the rule {rule} was not made here',
    fix: 'Only rules that were saved here can be taken away; others can be switched off.',
  },
  RULE_ELSEWHERE: {
    message: 'the rule {rule} stands in another saved file, beside {others}',
    fix: 'Save that file as a whole, or take the rule away first.',
  },
  RULE_NOTHING: {
    message: 'there is no rule, macro or list in the text',
    fix: 'Begin with `- rule: Name`; see docs/guide/writing-rules.md.',
  },
  RULE_BREAKS: { message: 'with that, {rule} is wrong: {problem}', fix: 'Change what it needs first. Nothing was saved.' },
  RULE_EXCEPTION_EXISTS: {
    message: 'the rule {rule} has an exception called {exception} already',
    fix: 'Give it another name, or take the other one away first.',
  },
  RULE_EXCEPTION_FORM: { message: '{what} is no {kind} that an exception can have', fix: 'Fields are listed by: tarsier fields' },
  RULE_CHANGES_FILE: {
    message: '{path} cannot be read as what the console wrote there: {reason}',
    fix: 'Mend the file, or remove it: what it changes is gone then.',
  },
  BACKTESTS_FULL: { message: '{limit} rules are being tried on history already', fix: 'Wait until one has come to its end, or stop one.' },
  API_NO_PATH: { message: 'nothing is at {path}', fix: 'See /api/reference for what there is.' },
  API_NOT_THERE: { message: 'there is no {what} {id}', fix: 'See the list of what there is; findings and events go by age.' },
  API_METHOD: { message: '{path} does not take {method}', fix: 'It takes {allowed}.' },
  API_INVALID: { message: '{place} {problem}', fix: 'See /api/reference for the form of the request.' },
  API_UNREADABLE: {
    message: 'the body is no JSON object that can be read',
    fix: 'Send one JSON object in UTF-8, without keys such as __proto__.',
  },
  API_BAD_REQUEST: { message: 'the request is no HTTP that can be read', fix: 'See what lies between this client and the server.' },
  API_TOO_LARGE: { message: 'the body is larger than this request may have', fix: 'Send less.' },
  API_HEADERS_TOO_LARGE: { message: 'address and headers are too large', fix: 'Send less: 16 KiB is the most.' },
  API_MEDIA_TYPE: { message: 'a body of this type is not taken', fix: 'Send application/json.' },
  API_TIMEOUT: { message: 'the request did not come in time', fix: 'Send it again, at once and whole.' },
  API_HOST: {
    message: 'this server does not answer as {host}',
    fix: 'Use the address that it printed at its start, or add the name to publicNames in server.yaml.',
  },
  API_NOT_LOGGED_IN: { message: 'nobody is logged in', fix: 'Log in, or send a token: Authorization: Bearer tsr_…' },
  API_FORBIDDEN: { message: 'this takes the role {needs}; yours is {role}', fix: 'Ask an admin to do it, or for the role.' },
  API_SESSION_ONLY: { message: 'no token may do this', fix: 'Log in with a browser and do it there.' },
  API_FOREIGN_ORIGIN: { message: 'the request comes from a page of another origin', fix: 'Use the console that this server serves.' },
  API_CSRF: { message: 'the header X-CSRF-Token is missing or wrong', fix: 'Send the csrfToken that GET /api/session gives.' },
  API_RATE: { message: 'too many requests', fix: 'Wait {seconds} s.' },
  API_BUSY: { message: '{what} is being done already', fix: 'Wait until it has ended.' },
  API_STREAMS_FULL: { message: 'too many live streams are open', fix: 'Close some tabs of the console, or wait {seconds} s.' },
  API_BUG: { message: 'the server made a mistake', fix: 'Its log says more. Please report it.' },
  API_LISTEN: {
    message: 'cannot listen at {address}: {reason}',
    fix: 'What listens there already is told by: sudo ss -ltnp. Give the server another port: --listen 127.0.0.1:8331 (of tarsier run and tarsier serve), or listen in server.yaml.',
  },
  API_TLS: { message: 'the TLS certificate cannot be used: {reason}', fix: 'Give a certificate chain and its key as PEM files.' },
  API_PUBLIC_NO_TLS: {
    message: 'the server does not listen at {address} without TLS: others could read along',
    fix: 'Give --tls-cert and --tls-key, or listen on loopback and forward a port: ssh -L 7331:127.0.0.1:7331 HOST',
  },
  API_PUBLIC_NO_ADMIN: {
    message: 'the server does not listen at {address} before there is an admin',
    fix: 'Start it on loopback once and set up the first user, or: tarsier users add NAME --role admin',
  },
  SERVER_SETTINGS: { message: '{path} cannot be used: {problem}', fix: 'docs/guide/access.md has its keys.' },
  LOGIN_FAILED: {
    message: 'the name or the password is not right',
    fix: 'Try again. Whoever runs the host can make a new link: tarsier users reset NAME',
  },
  LOGIN_LOCKED: { message: 'too many logins have failed', fix: 'Wait {seconds} s.' },
  LOGIN_BUSY: { message: 'too many people log in at once', fix: 'Wait {seconds} s.' },
  SETUP_SECRET: {
    message: 'this link is not good, or not any more',
    fix: 'It can be used once, within a day. A new one is printed when the server starts, and by: tarsier users reset NAME',
  },
  PASSWORD_WEAK: {
    message: 'the password is too weak: {problem}',
    fix: 'Take four or five words that have nothing to do with each other.',
  },
  PASSWORD_WRONG: { message: 'the current password is not right', fix: 'Give the password with which you logged in.' },
  USER_LAST_ADMIN: { message: 'nobody else could let people in', fix: 'Make somebody else an admin first.' },
  USER_NOT_LOCAL: { message: '{name} comes from {origin}, which keeps the password', fix: 'Change it there.' },
  TOKEN_ROLE: { message: 'a token may not have more rights than you', fix: 'Take the role {role} or a lesser one.' },
  TOKENS_TOO_MANY: { message: 'there are {limit} tokens already', fix: 'Take some away that are of no use any more.' },
  TOKEN_UNKNOWN: { message: 'there is no token {id}', fix: 'See: tarsier tokens list' },
  USER_UNKNOWN: { message: 'there is no user {name}', fix: 'See: tarsier users list' },
  AUDIT_EXPORT: {
    message: '{path} has no entry of the audit log in line {line}',
    fix: 'Give a file that `tarsier audit list --all --json` wrote.',
  },
  OIDC_UNKNOWN: { message: 'no provider is called {id}', fix: 'See the login page for those that there are.' },
  OIDC_UNREACHABLE: { message: '{label} cannot be reached', fix: 'Try again later; the log of the server says why.' },
  OIDC_STALE: { message: 'this login was begun elsewhere, or too long ago', fix: 'Begin it again from the login page.' },
  OIDC_REFUSED: { message: '{label} did not confirm who you are', fix: 'Try again; the log of the server says why.' },
  OIDC_NO_ROLE: { message: '{label} says nothing that gives you a role here', fix: 'Ask an admin: roles are in server.yaml.' },
  OIDC_DISABLED: { message: '{name} may not come in any more', fix: 'Ask an admin.' },
} as const satisfies Record<string, ErrorEntry>
