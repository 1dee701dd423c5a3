import { useEffect, useRef } from 'react'
import { Kbd } from '../../components/kbd.tsx'
import { Text } from '../../components/text.tsx'
import type { Offer } from '../../language/completion.ts'
import classes from './offer-list.module.css'

export interface OfferListProps {
  readonly id: string
  readonly offers: readonly Offer[]
  /** -1: none; Tab takes the first then. */
  readonly active: number
  /** px inside the field, under the word that is written. */
  readonly at: { readonly left: number; readonly top: number }
  readonly onTake: (offer: Offer) => void
}

/** What can stand at the cursor. The focus stays in the field. */
export function OfferList({ id, offers, active, at, onTake }: OfferListProps) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' })
  }, [active])
  const told = offers[Math.max(0, active)]
  return (
    <div
      className={classes.popup}
      style={{ left: `min(${at.left}px, calc(100% - var(--offers-width)))`, top: at.top }}
      // The field keeps the focus.
      onMouseDown={(event) => event.preventDefault()}
    >
      <div ref={list} id={id} role="listbox" tabIndex={0} aria-label="What can stand here" className={classes.list}>
        {offers.map((offer, index) => (
          <div
            key={`${offer.kind} ${offer.label}`}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            data-first={active < 0 && index === 0}
            className={classes.offer}
            onClick={() => onTake(offer)}
          >
            <span className={classes.label} data-kind={offer.kind}>
              <Text value={offer.label} oneLine />
            </span>
            <span className={classes.detail}>{offer.detail ?? offer.kind}</span>
          </div>
        ))}
      </div>
      <div className={classes.foot}>
        <span className={classes.doc}>{told === undefined || told.doc === '' ? null : <Text value={told.doc} />}</span>
        <span className={classes.keys}>
          <Kbd keys="Tab" /> takes it
        </span>
      </div>
    </div>
  )
}
