// What the watch must see: a UDP socket, a TCP connection, both from a child process, and a file in the cache folder. Nothing leaves the machine.
// It says when all is there, and stays until its parent lets go of it.
import { fork } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, connect } from 'node:net'
import { join } from 'node:path'

if (process.argv[2] === undefined) {
  const child = fork(import.meta.filename, ['child'], { execArgv: [] })
  child.once('message', (said) => process.send(said))
  process.once('disconnect', () => child.disconnect())
} else {
  mkdirSync(join(process.env.XDG_CACHE_HOME ?? '', 'Canary'))
  writeFileSync(join(process.env.XDG_CACHE_HOME ?? '', 'Canary', 'sang.txt'), 'tweet')
  const udp = createSocket('udp4').bind(0, '127.0.0.1')
  const server = createServer().listen(0, '127.0.0.1', () => {
    const tcp = connect(server.address().port, '127.0.0.1', () => process.send('sung'))
    process.once('disconnect', () => {
      tcp.destroy()
      server.close()
      udp.close()
    })
  })
}
