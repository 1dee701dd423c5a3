import { Panel } from '../../components/panel.tsx'
import { TechniqueChip } from '../../components/technique-chip.tsx'
import classes from './attack-chain.module.css'

/** Techniques in the order in which they were first seen. */
export function AttackChain({ techniques }: { readonly techniques: readonly string[] }) {
  return (
    <Panel title="ATT&CK chain" detail="as first seen">
      {techniques.length === 0 ? <p className={classes.none}>Its rules name no technique.</p> : null}
      <ol className={classes.chain}>
        {techniques.map((id) => (
          <li key={id}>
            <TechniqueChip id={id} withName />
          </li>
        ))}
      </ol>
    </Panel>
  )
}
