/**
 * Node's HTTP, without what nobody here asks for: an `import` reads every name of the module, and one of them (WebSocket) loads a client of
 * its own, which takes 9 MiB in each thread.
 */
const http = process.getBuiltinModule('node:http')

export const { createServer, request } = http

/** Keeps one connection. */
export const singleConnection = (): InstanceType<typeof http.Agent> => new http.Agent({ keepAlive: true, maxSockets: 1 })
