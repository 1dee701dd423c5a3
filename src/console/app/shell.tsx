import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { useEffect } from 'react'
import { followLive } from '../api/live.ts'
import { applyLiveBatch } from '../api/live-caches.ts'
import { sessionQuery } from '../api/session.ts'
import { Tooltips } from '../components/tooltips.tsx'
import { BottomBar } from './bottom-bar.tsx'
import { CommandPalette } from './command-palette.tsx'
import { Header } from './header.tsx'
import { Navigation } from './navigation.tsx'
import { SessionContext } from './session-context.ts'
import classes from './shell.module.css'
import { ShortcutsDialog } from './shortcuts-dialog.tsx'
import { useGlobalBindings } from './use-actions.ts'

/** What stands around every page: navigation, header, live stream, shortcuts. */
export function Shell() {
  const { data: session } = useQuery(sessionQuery)
  if (session === undefined) return null
  return (
    <SessionContext value={session}>
      <Frame />
    </SessionContext>
  )
}

function Frame() {
  const client = useQueryClient()
  useEffect(() => followLive(client, applyLiveBatch), [client])
  useGlobalBindings()
  return (
    <div className={classes.shell}>
      <a href="#page" className={classes.skip}>
        Skip to the page
      </a>
      <Navigation />
      <Header />
      <main id="page" className={classes.page} tabIndex={-1}>
        <Outlet />
      </main>
      <BottomBar />
      <CommandPalette />
      <ShortcutsDialog />
      <Tooltips />
    </div>
  )
}
