import classes from './kbd.module.css'

const SHOWN: Readonly<Record<string, string>> = {
  mod: /Mac|iPhone|iPad/.test(globalThis.navigator?.userAgent ?? '') ? '⌘' : 'Ctrl',
  Enter: '↵',
  Escape: 'Esc',
  ArrowUp: '↑',
  ArrowDown: '↓',
}

/** Keys as in app/keyboard.ts: `g n`, `mod+k`. Not read aloud: what has a shortcut has a name, too. */
export function Kbd({ keys }: { readonly keys: string }) {
  return (
    <span className={classes.keys} aria-hidden>
      {keys.split(/[ +]/).map((key, index) => (
        <kbd key={`${index}${key}`}>{SHOWN[key] ?? (key.length === 1 ? key.toUpperCase() : key)}</kbd>
      ))}
    </span>
  )
}
