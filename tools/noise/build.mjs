// Compiles tools/noise/noise.ts into src/engine/noise-module.ts: `npm run noise`; with --print to stdout instead. The module is checked in, so that nobody who builds the
// program needs the compiler; tests/tools/noise.test.ts sees to it that source and module stay together.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import asc from 'assemblyscript/asc'
import { root } from '../run/build.mjs'

/** @type {Uint8Array | string | undefined} */
let module
let complaint = ''
const { error } = await asc.main(
  ['noise.ts', '-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--outFile', 'noise.wasm'],
  {
    // The compiler asks for other folders and packages too, where it finds nothing.
    readFile: (name) => (name === 'noise.ts' ? readFileSync(join(import.meta.dirname, name), 'utf8') : null),
    writeFile: (name, contents) => void (name === 'noise.wasm' && (module = contents)),
    listFiles: () => [],
    stderr: { write: (text) => void (complaint += String(text)) },
  },
)
if (error !== null || module === undefined) throw new Error(`The noise does not compile: ${complaint}`)

const text = `/** The compiled tools/noise/noise.ts, ${module.length} bytes, as base64. Written by \`npm run noise\`: change the source, never this. */
export const noiseModule =
  '${Buffer.from(module).toString('base64')}'
`
if (process.argv.includes('--print')) process.stdout.write(text)
else writeFileSync(join(root, 'src/engine/noise-module.ts'), text)
