import { useQuery } from '@tanstack/react-query'
import { Layers, Server, X } from 'lucide-react'
import { sensorsQuery } from '../../api/sensors.ts'
import type { ChangeSearch } from '../../app/url-state.ts'
import { Button } from '../../components/button.tsx'
import { Menu } from '../../components/menu.tsx'
import { Toolbar } from '../../components/toolbar.tsx'
import { KIND_FAMILIES, namedKinds } from './kind-families.ts'
import type { EventsState } from './use-events.ts'

export interface EventMenusProps {
  readonly state: EventsState
  readonly change: ChangeSearch
}

/** Which hosts and which kinds of events are shown. */
export function EventMenus({ state, change }: EventMenusProps) {
  return (
    <>
      <HostMenu chosen={state.host} onChange={(host) => change({ host })} />
      <KindMenu chosen={state.kind} onChange={(kind) => change({ kind })} />
    </>
  )
}

/** What narrows the list besides the condition, to be taken away; nothing where there is none. */
export function ChosenInMenus({ state, change }: EventMenusProps) {
  const { host, kind, process } = state
  if (host.length + kind.length === 0 && process === undefined) return null
  return (
    <Toolbar>
      {host.map((name) => (
        <Button key={name} small icon={X} onClick={() => change({ host: host.filter((one) => one !== name) })}>
          {`host ${name}`}
        </Button>
      ))}
      {namedKinds(kind).map(({ name, kinds }) => (
        <Button key={name} small icon={X} onClick={() => change({ kind: kind.filter((one) => !kinds.includes(one)) })}>
          {name}
        </Button>
      ))}
      {process === undefined ? null : (
        <Button small icon={X} onClick={() => change({ process: undefined })}>
          {`process ${process}`}
        </Button>
      )}
    </Toolbar>
  )
}

interface MenuProps {
  readonly chosen: readonly string[]
  readonly onChange: (chosen: readonly string[]) => void
}

function HostMenu({ chosen, onChange }: MenuProps) {
  const { data = [] } = useQuery(sensorsQuery)
  const hosts = [...new Set([...data.map(({ hostname }) => hostname), ...chosen])].toSorted()
  return (
    <Menu
      label="Hosts"
      items={hosts.map((name) => {
        const isChosen = chosen.includes(name)
        return { id: name, name, isChosen, onSelect: () => onChange(isChosen ? chosen.filter((one) => one !== name) : [...chosen, name]) }
      })}
      trigger={(props) => (
        <Button icon={Server} {...props}>
          Hosts
        </Button>
      )}
    />
  )
}

function KindMenu({ chosen, onChange }: MenuProps) {
  return (
    <Menu
      label="Kinds of events"
      items={KIND_FAMILIES.map(({ name, kinds }) => {
        const isChosen = kinds.every((kind) => chosen.includes(kind))
        const others = chosen.filter((kind) => !(kinds as readonly string[]).includes(kind))
        return { id: name, name, isChosen, onSelect: () => onChange(isChosen ? others : [...others, ...kinds]) }
      })}
      trigger={(props) => (
        <Button icon={Layers} {...props}>
          Kinds
        </Button>
      )}
    />
  )
}
