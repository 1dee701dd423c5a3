/** Starts the console. */
import './design/fonts.css'
import './design/tokens.css'
import './design/base.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './api/query-client.ts'
import { listenForKeys } from './app/keyboard.ts'
import { leaveForLogin } from './app/leave-for-login.ts'
import { createConsoleRouter } from './app/router.tsx'

const client = createQueryClient(() => leaveForLogin())
const router = createConsoleRouter(client)

listenForKeys()
const place = document.getElementById('console')
if (place === null) throw new Error('index.html has no element for the console')
await fontsAreThere()
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)

/** Words drawn in one font and then in another would jump; after a moment it begins all the same. */
async function fontsAreThere(): Promise<void> {
  const wanted = ['13px "Inter Variable"', '12px "JetBrains Mono Variable"'].map((font) => document.fonts.load(font))
  const moment = new Promise((resolve) => setTimeout(resolve, 500))
  await Promise.race([Promise.allSettled(wanted), moment])
}
