// A file of src with all it needs, so that a tool measures or uses what is shipped.
import { join } from 'node:path'
import { build } from 'vite'
import { root } from '../run/build.mjs'

/** Its exports. @param {string} file below the root of the checkout */
export async function bundled(file) {
  const built = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    build: { ssr: join(root, file), write: false, minify: false },
  })
  const code = /** @type {{ output: readonly { code: string }[] }} */ (built).output[0]?.code ?? ''
  return await import(`data:text/javascript,${encodeURIComponent(code)}`)
}
