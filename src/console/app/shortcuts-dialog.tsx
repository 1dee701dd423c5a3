import { Dialog } from '../components/dialog.tsx'
import { Kbd } from '../components/kbd.tsx'
import { setOverlay, useOverlay } from './overlays.ts'
import classes from './shortcuts-dialog.module.css'
import { useAllActions } from './use-actions.ts'

/** Keys that belong to lists and fields, not to an action. */
const OF_LISTS: readonly { readonly keys: string; readonly name: string }[] = [
  { keys: 'j', name: 'Next row' },
  { keys: 'k', name: 'Row before' },
  { keys: 'Enter', name: 'Open the row' },
  { keys: '/', name: 'Search on this page' },
  { keys: 'Escape', name: 'Close what is open' },
]

/** Every shortcut that works here, made from the actions. */
export function ShortcutsDialog() {
  const isOpen = useOverlay() === 'shortcuts'
  const groups = Map.groupBy(
    useAllActions().filter(({ shortcut }) => shortcut !== undefined),
    ({ group }) => group,
  )
  return (
    <Dialog isOpen={isOpen} onClose={() => setOverlay(undefined)} title="Keyboard shortcuts" size="large">
      <div className={classes.groups}>
        {[...groups].map(([group, actions]) => (
          <Group key={group} title={group} entries={actions.map(({ name, shortcut = '' }) => ({ name, keys: shortcut }))} />
        ))}
        <Group title="Lists" entries={OF_LISTS} />
      </div>
    </Dialog>
  )
}

function Group({ title, entries }: { readonly title: string; readonly entries: typeof OF_LISTS }) {
  return (
    <section className={classes.group}>
      <h3>{title}</h3>
      <ul>
        {entries.map(({ name, keys }) => (
          <li key={name}>
            <span>{name}</span>
            <Kbd keys={keys} />
          </li>
        ))}
      </ul>
    </section>
  )
}
