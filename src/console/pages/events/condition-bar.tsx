import { X } from 'lucide-react'
import { useId } from 'react'
import type { EventListQuery } from '../../api/events.ts'
import { Button } from '../../components/button.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import classes from './condition-bar.module.css'
import { ConditionProblems } from './condition-problems.tsx'
import { ConditionText } from './condition-text.tsx'
import { OfferList } from './offer-list.tsx'
import { useConditionBar } from './use-condition-bar.ts'

export interface ConditionBarProps {
  /** That the page shows. */
  readonly condition: string
  /** Where values to offer are taken from. */
  readonly range: Pick<EventListQuery, 'from' | 'to'>
  /** Also with the condition that is shown already: it is looked up anew. */
  readonly onRun: (condition: string) => void
}

/**
 * The field in which a condition is written: coloured, with what can stand at the cursor, and with what is wrong. `/` comes here,
 * Enter runs it; arrows and Tab choose of what is offered, Escape closes that.
 */
export function ConditionBar(props: ConditionBarProps) {
  const bar = useConditionBar(props)
  const { draft, diagnostics, offers, isOpen, active } = bar
  const id = useId()
  const isChanged = draft.trim() !== props.condition
  return (
    <div className={classes.bar}>
      <div className={classes.line}>
        <div className={classes.box} data-wrong={diagnostics.some(({ severity }) => severity === 'error')}>
          <div className={classes.scroll}>
            <ConditionText text={draft} diagnostics={diagnostics} cut={bar.place.from} marker={bar.marker} />
            <textarea
              ref={bar.field}
              rows={1}
              className={classes.field}
              aria-label="Condition"
              placeholder="proc.name = bash and fd.name startswith /etc"
              data-search
              spellCheck={false}
              autoCapitalize="off"
              autoComplete="off"
              autoCorrect="off"
              maxLength={8000}
              aria-autocomplete="list"
              aria-haspopup="listbox"
              aria-controls={isOpen ? `${id}-offers` : undefined}
              aria-activedescendant={isOpen && active >= 0 ? `${id}-offers-${active}` : undefined}
              aria-invalid={diagnostics.some(({ severity }) => severity === 'error')}
              aria-describedby={bar.told.length > 0 ? `${id}-problems` : undefined}
              value={draft}
              onChange={(event) => bar.type(event.currentTarget)}
              onSelect={(event) => bar.moveTo(event.currentTarget.selectionStart)}
              onKeyDown={bar.onKey}
              onBlur={bar.close}
            />
          </div>
          {draft === '' ? null : (
            <IconButton icon={X} label="Clear the condition" small className={classes.clear} onClick={() => bar.clear()} />
          )}
          {isOpen ? <OfferList id={`${id}-offers`} offers={offers} active={active} at={bar.at} onTake={bar.take} /> : null}
        </div>
        <Button look={isChanged ? 'primary' : 'plain'} shortcut="Enter" onClick={bar.run}>
          Run
        </Button>
      </div>
      <ConditionProblems id={`${id}-problems`} diagnostics={bar.told} onGoTo={bar.goTo} />
    </div>
  )
}
