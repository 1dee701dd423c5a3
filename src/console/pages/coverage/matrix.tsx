import { useState } from 'react'
import classes from './matrix.module.css'
import { stateName } from './state-mark.tsx'
import { type MatrixCell, type MatrixColumn, tacticName } from './use-coverage.ts'

export interface MatrixProps {
  readonly columns: readonly MatrixColumn[]
  readonly onOpen: (technique: string) => void
}

/** Tactics side by side, each a list of its techniques; on a phone one below the other. */
export function Matrix({ columns, onOpen }: MatrixProps) {
  return (
    <div className={classes.matrix} role="region" aria-label="Matrix of ATT&CK" tabIndex={0}>
      {columns.map(({ tactic, proven, total, cells }) => (
        <section key={tactic} className={classes.column} aria-label={tacticName(tactic)}>
          <header className={classes.head}>
            <h3>{tacticName(tactic)}</h3>
            <span className={classes.tally}>{`${proven} of ${total} proven`}</span>
          </header>
          <ul className={classes.cells}>
            {cells.map((cell) => (
              <Cell key={cell.id} cell={cell} onOpen={onOpen} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

function Cell({ cell, onOpen }: { readonly cell: MatrixCell; readonly onOpen: (technique: string) => void }) {
  const { id, name, state, depth, subtechniques, fits } = cell
  const [isUnfolded, setIsUnfolded] = useState(false)
  const found = subtechniques.filter((one) => one.state !== 'none').length
  return (
    <li data-dim={!fits}>
      <div className={classes.cell} data-state={state}>
        <button type="button" className={classes.open} onClick={() => onOpen(id)}>
          <span className={classes.id}>{id}</span>
          <span className={classes.name}>{name}</span>
          <span className={classes.state}>{depth > 1 ? `${stateName(state)} · ${depth} ways` : stateName(state)}</span>
        </button>
        {subtechniques.length === 0 ? null : (
          <button
            type="button"
            className={classes.unfold}
            aria-expanded={isUnfolded}
            aria-label={`${found}/${subtechniques.length} sub-techniques of ${id}`}
            onClick={() => setIsUnfolded(!isUnfolded)}
          >
            {`${found}/${subtechniques.length}`}
          </button>
        )}
      </div>
      {isUnfolded ? (
        <ul className={classes.below}>
          {subtechniques.map((sub) => (
            <li key={sub.id} className={classes.cell} data-state={sub.state}>
              <button type="button" className={classes.open} onClick={() => onOpen(sub.id)}>
                <span className={classes.id}>{sub.id.slice(sub.id.indexOf('.'))}</span>
                <span className={classes.name}>{sub.name}</span>
                <span className={classes.state}>{stateName(sub.state)}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </li>
  )
}
