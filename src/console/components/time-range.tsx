import { CalendarClock, ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { useNow } from '../format/now.ts'
import { minuteText } from '../format/time.ts'
import { durationNs, RANGE_PRESETS, type RangeText, timeOf } from '../format/time-range.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Input } from './field.tsx'
import { Form } from './form.tsx'
import { Menu } from './menu.tsx'

export interface TimeRangeProps {
  readonly range: RangeText
  /** What an undefined `from` means: `24h` unless the page has another, `all` where it is any time. */
  readonly usual?: string
  /** `from` is undefined for the usual one. */
  readonly onChange: (range: RangeText) => void
}

/** Chooses of what time the page tells: the last so long, or from one time to another. */
export function TimeRange({ range, usual = '24h', onChange }: TimeRangeProps) {
  const [isChoosing, setChoosing] = useState(false)
  const nowMs = useNow()
  const from = range.from ?? usual
  const offered = usual === 'all' ? [...RANGE_PRESETS, ANY_TIME] : RANGE_PRESETS
  const presets = offered.map((preset) => ({
    id: preset.from,
    name: preset.name,
    isChosen: preset.from === from && range.to === undefined,
    onSelect: () => onChange({ from: preset.from === usual ? undefined : preset.from, to: undefined }),
  }))
  return (
    <>
      <Menu
        label="Time range"
        align="end"
        items={[...presets, { id: 'own', name: 'From … to …', startsGroup: true, isChosen: false, onSelect: () => setChoosing(true) }]}
        trigger={(props) => (
          <Button icon={CalendarClock} {...props}>
            {rangeName({ from, to: range.to }, nowMs)}
            <ChevronDown size={13} aria-hidden />
          </Button>
        )}
      />
      <Dialog isOpen={isChoosing} onClose={() => setChoosing(false)} title="Time range" detail="In your time zone" size="small">
        <OwnRange
          range={{ from, to: range.to }}
          onChange={(next) => {
            setChoosing(false)
            onChange(next)
          }}
        />
      </Dialog>
    </>
  )
}

const ANY_TIME = { from: 'all', name: 'Any time' } as const

/** `Last 24 hours`, `Last 3d`, `21 Nov 14:00 – 15:00`. */
function rangeName({ from = '24h', to }: RangeText, nowMs: number): string {
  const preset = [...RANGE_PRESETS, ANY_TIME].find((one) => one.from === from)
  if (to === undefined && preset !== undefined) return preset.name
  if (to === undefined && durationNs(from) !== undefined) return `Last ${from}`
  const text = (time: string): string => minuteText(timeOf(time, nowMs) ?? nowMs * 1e6, nowMs)
  return `${text(from)} – ${to === undefined ? 'now' : text(to)}`
}

function OwnRange({ range, onChange }: { readonly range: RangeText; readonly onChange: (range: RangeText) => void }) {
  const [from, setFrom] = useState(() => fieldText(range.from))
  const [to, setTo] = useState(() => fieldText(range.to))
  const isReady = from !== '' && (to === '' || from < to)
  return (
    <Form
      label="Time range"
      onSubmit={() => isReady && onChange({ from: new Date(from).toISOString(), to: to === '' ? undefined : new Date(to).toISOString() })}
      foot={
        <Button type="submit" look="primary" disabled={!isReady}>
          Show this time
        </Button>
      }
    >
      <Input label="From" type="datetime-local" step={1} required value={from} onChange={(event) => setFrom(event.target.value)} />
      <Input
        label="To"
        type="datetime-local"
        step={1}
        hint="Left empty: until now, and what comes."
        error={to !== '' && from >= to ? 'It ends before it begins.' : undefined}
        value={to}
        onChange={(event) => setTo(event.target.value)}
      />
    </Form>
  )
}

/** As such a field has it: local, without a zone. */
function fieldText(time: string | undefined): string {
  const ns = time === undefined ? undefined : timeOf(time, Date.now())
  if (ns === undefined) return ''
  const date = new Date(ns / 1e6)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}
