/** Which of the overlays of the whole console is open: the command palette, or the list of shortcuts. */
import { createSharedValue } from './shared-value.ts'

type Overlay = 'palette' | 'shortcuts' | undefined

const overlay = createSharedValue<Overlay>(undefined)
export const setOverlay = overlay.set
export const useOverlay = overlay.use
