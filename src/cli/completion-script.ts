/** Completion scripts, made from the list of commands: nothing to keep up to date by hand. */
import type { AnyCommand } from './command.ts'
import { flagName } from './option.ts'

/** What may follow `tarsier <words>`: sub-commands, flags, and words after a flag that takes a fixed set. */
interface Place {
  /** The words that lead here, e.g. `rules check`; empty at the start. */
  readonly path: string
  readonly words: readonly { readonly word: string; readonly doc: string }[]
  readonly choices: readonly { readonly flag: string; readonly values: readonly string[] }[]
}

export function completionScript(shell: 'bash' | 'zsh' | 'fish', commands: readonly AnyCommand[]): string {
  const places = placesOf(commands)
  switch (shell) {
    case 'bash':
      return bash(places)
    case 'zsh':
      return `#compdef tarsier\nautoload -U +X bashcompinit && bashcompinit\n${bash(places)}`
    case 'fish':
      return fish(places)
  }
}

function placesOf(commands: readonly AnyCommand[]): readonly Place[] {
  const groups = [
    ...new Set(
      commands
        .map((command) => command.name.split(' '))
        .filter((name) => name.length > 1)
        .map(([group]) => group ?? ''),
    ),
  ]
  const isCommand = (name: string): boolean => commands.some((command) => command.name === name)
  const top = commands.filter((command) => !command.name.includes(' ')).map(({ name, summary }) => ({ word: name, doc: summary }))
  const groupWords = groups.filter((group) => !isCommand(group)).map((group) => ({ word: group, doc: groupDoc(group, commands) }))
  const start: Place = {
    path: '',
    words: [...top, ...groupWords, { word: '--help', doc: 'Print help.' }, { word: '--version', doc: 'Print the version.' }],
    choices: [],
  }
  const groupPlaces = groups.filter((group) => !isCommand(group)).map((group) => groupPlace(group, commands))
  return [start, ...groupPlaces, ...commands.map((command) => commandPlace(command, groupPlace(command.name, commands).words))]
}

function groupDoc(group: string, commands: readonly AnyCommand[]): string {
  const members = commands.filter((command) => command.name.startsWith(`${group} `)).map((command) => command.name.slice(group.length + 1))
  return `${members.join(', ')}.`
}

function groupPlace(group: string, commands: readonly AnyCommand[]): Place {
  const members = commands.filter((command) => command.name.startsWith(`${group} `))
  return { path: group, words: members.map(({ name, summary }) => ({ word: name.slice(group.length + 1), doc: summary })), choices: [] }
}

/** `below`: the commands below it, of one that is a group, too. */
function commandPlace(command: AnyCommand, below: Place['words']): Place {
  const options = Object.entries(command.options)
  const words = options.map(([key, option]) => ({ word: flagName(key), doc: option.doc }))
  const fixed = Object.values(command.arguments).flatMap((one) => (one.choices ?? []).map((word) => ({ word, doc: one.doc })))
  const choices = options.flatMap(([key, option]) => (option.choices ? [{ flag: flagName(key), values: option.choices }] : []))
  return { path: command.name, words: [...below, ...fixed, ...words, { word: '--help', doc: 'Print help.' }], choices }
}

function bash(places: readonly Place[]): string {
  const cases = places.map(({ path, words }) => `    ${quote(path)}) words=${quote(words.map(({ word }) => word).join(' '))} ;;`)
  const values = places.flatMap(({ path, choices }) =>
    choices.map(({ flag, values }) => `    ${quote(`${path} ${flag}`)}) words=${quote(values.join(' '))} ;;`),
  )
  const inGroups = places.filter(({ path }) => path.includes(' ')).map(({ path }) => quote(path))
  return `# Completion of tarsier for bash, made by "tarsier completion bash".
_tarsier() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" words=""
  if [ "$COMP_CWORD" -gt 1 ]; then path="\${COMP_WORDS[1]}"; fi
  if [ "$COMP_CWORD" -gt 2 ]; then case "$path \${COMP_WORDS[2]}" in ${inGroups.join('|') || '-'}) path="$path \${COMP_WORDS[2]}" ;; esac; fi
  case "$path" in
${cases.join('\n')}
  esac
  case "$path $previous" in
${values.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _tarsier tarsier ./tarsier
`
}

function fish(places: readonly Place[]): string {
  const lines = places.flatMap((place) => place.words.map(({ word, doc }) => fishLine(place, word, doc)))
  return `# Completion of tarsier for fish, made by "tarsier completion fish".\n${lines.join('\n')}\n`
}

function fishLine({ path, choices }: Place, word: string, doc: string): string {
  const parts = path.split(' ').filter((part) => part !== '')
  const seen = parts.map((part) => `__fish_seen_subcommand_from ${part}`).join('; and ')
  const condition = parts.length === 0 ? '__fish_use_subcommand' : seen
  const values = choices.find(({ flag }) => flag === word)?.values
  const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`
  return `complete -c tarsier -n ${fishQuote(condition)} ${what}${values ? ` -x -a ${fishQuote(values.join(' '))}` : ''} -d ${fishQuote(doc)}`
}

/** In single quotes for bash and zsh. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** In single quotes for fish, where a backslash escapes inside them, too. */
function fishQuote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
