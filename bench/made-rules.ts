/** Rules as people write them by the hundred, made by number: of many forms, each with names and places of its own. */
import type { SourceFile } from '../src/lang/source.ts'

/** One rule form: what of the condition depends on the number. Those below stand in equal shares. */
type Form = (index: number) => string

const net = (index: number): string => `${11 + (index % 80)}.${(index >> 4) % 256}.${(index * 7) % 256}.0/24`

/** The forms, by what the engine must find a rule by. */
export const FORMS: Readonly<Record<string, Form>> = {
  'prefix and name': (index) => `opened and proc.name = program-${index} and fd.name startswith /srv/${index % 977}/`,
  'paths of a list': (index) => `opened and fd.name in (/etc/app-${index}/key, /etc/app-${index}/cert, paths_${index % 50})`,
  suffix: (index) => `written and fd.name endswith .locked-${index}`,
  'prefix, negated names': (index) => `opened and fd.name startswith /opt/vault-${index}/ and not proc.name in (writers, app-${index})`,
  contains: (index) => `opened and fd.name contains /secret-${index}/`,
  'contains, negated': (index) => `spawned and proc.cmdline contains tool-${index} and not proc.pname in (writers)`,
  'several contains': (index) => `spawned and (proc.args contains "-x${index}" or proc.cmdline contains "curl-${index}") and not trusted`,
  net: (index) => `connected and fd.snet in ("${net(index)}", "${net(index + 5000)}")`,
  'address and port': (index) =>
    `connected and fd.sip = "172.16.${index % 256}.${(index >> 8) % 256}" and fd.sport = ${1024 + (index % 60_000)}`,
  'port, not the net': (index) => `connected and fd.sport = ${1024 + (index % 60_000)} and not fd.snet in ("10.0.0.0/8", "${net(index)}")`,
  'two fields': (index) =>
    `spawned and (proc.exepath = /usr/sbin/daemon-${index} or proc.name = daemon-${index}) and proc.pname != systemd`,
  glob: (index) => `opened and fd.name glob /home/*/.config/app-${index}/*`,
  'path match': (index) => `opened and fd.name pmatch (/var/spool/queue-${index}, /var/mail/box-${index}) and not trusted`,
  ancestors: (index) => `spawned and proc.aname in (parent-${index}, guardian-${index}) and proc.name in (shells)`,
  directory: (index) => `written and fd.directory = /usr/local/lib/module-${index} and not proc.name in (writers)`,
}

const LISTS = `- list: writers
  items: [dpkg, rpm, apt-get, dnf]
- list: shells
  items: [sh, bash, dash, zsh]
- macro: opened
  condition: evt.type in (open, openat, openat2)
- macro: written
  condition: opened and evt.is_open_write = true and fd.typechar = 'f'
- macro: spawned
  condition: evt.type in (execve, execveat)
- macro: connected
  condition: evt.type = connect and fd.typechar in ('4', '6')
- macro: trusted
  condition: (proc.pname in (writers) or proc.name startswith trusted-)
`

/** A file of `count` rules, of the named forms in turn; default: of all. */
export function madeRules(count: number, forms: readonly string[] = Object.keys(FORMS)): SourceFile {
  const paths = Array.from({ length: 50 }, (_, index) => `- list: paths_${index}\n  items: [/data/${index}/a, /data/${index}/b]\n`)
  const rules = Array.from({ length: count }, (_, index) => {
    const form = FORMS[forms[index % forms.length] as string] as Form
    return `- rule: made ${index}\n  desc: A made rule.\n  priority: INFO\n  output: made ${index} (file=%fd.name program=%proc.name)\n  condition: ${form(index)}\n`
  })
  return { path: 'made.yaml', text: LISTS + paths.join('') + rules.join('') }
}
