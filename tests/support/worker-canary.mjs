// What the watch must see: a UDP socket, a TCP connection, both from a child process, and a file in the cache folder. Nothing leaves the machine.
import { fork } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, connect } from 'node:net'
import { join } from 'node:path'

if (process.argv[2] === undefined) {
  fork(import.meta.filename, ['child'], { execArgv: [] })
} else {
  mkdirSync(join(process.env.XDG_CACHE_HOME ?? '', 'Canary'))
  writeFileSync(join(process.env.XDG_CACHE_HOME ?? '', 'Canary', 'sang.txt'), 'tweet')
  const udp = createSocket('udp4').bind(0, '127.0.0.1')
  const server = createServer().listen(0, '127.0.0.1', () => {
    const tcp = connect(server.address().port, '127.0.0.1')
    // Long enough for the detector that polls.
    setTimeout(() => {
      tcp.destroy()
      server.close()
      udp.close()
      process.disconnect()
    }, 300)
  })
}
