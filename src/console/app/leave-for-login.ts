/** A session has ended, or is to end: the login page is loaded anew, so that nothing of what was seen stays in memory for who comes next. */

let isLeaving = false

/** `comeBack`: the login leads back to what is seen now. */
export function leaveForLogin(comeBack = true): void {
  const { pathname, search } = window.location
  if (isLeaving || pathname === '/login' || pathname === '/setup') return
  isLeaving = true
  const wanted = comeBack && pathname !== '/' ? `?to=${encodeURIComponent(`${pathname}${search}`)}` : ''
  window.location.assign(`/login${wanted}`)
}
