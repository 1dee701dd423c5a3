import { Minus, Plus } from 'lucide-react'
import { CopyButton } from '../../components/copy-button.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { Text } from '../../components/text.tsx'
import classes from './event-drawer.module.css'
import type { FieldGroup } from './field-groups.ts'

export interface EventFieldGroupProps {
  readonly group: FieldGroup
  readonly onNarrow: (field: string, mode: 'is' | 'not', value: string) => void
}

/** Fields with their values; each can be copied, and made a part of the condition. */
export function EventFieldGroup({ group: { title, fields }, onNarrow }: EventFieldGroupProps) {
  return (
    <section>
      <h3 className={classes.title}>{title}</h3>
      <dl className={classes.fields}>
        {fields.map(({ name, text, isNarrowing }) => (
          <div key={name} className={classes.entry}>
            <dt>{name}</dt>
            <dd>
              <Text value={text} mono />
              <span className={classes.acts}>
                {isNarrowing ? (
                  <>
                    <IconButton icon={Plus} label={`Only this ${name}`} small onClick={() => onNarrow(name, 'is', text)} />
                    <IconButton icon={Minus} label={`Not this ${name}`} small onClick={() => onNarrow(name, 'not', text)} />
                  </>
                ) : null}
                <CopyButton text={text} what={`Copy ${name}`} />
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
