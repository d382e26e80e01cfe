// Draws docs/inpainting-error.svg: error against model calls for each inpainting method on the Gaussian proof.
//   npm run -s palimpsest -- prove --json > proof.json && node tools/run/proof-plot.mjs proof.json docs/inpainting-error.svg
import { readFileSync, writeFileSync } from 'node:fs'

const [, , from, to] = process.argv
if (from === undefined || to === undefined) throw new Error('Give the proof (JSON) and the picture to write (SVG).')

const { rows } = JSON.parse(readFileSync(from, 'utf8'))
const names = ['half', 'gap', 'alt', 'outp']
/** Only what was propagated exactly, over all four observations of the one row; settings that differ in eta are lines of their own. */
const points = rows
  .filter(
    (row) =>
      row.kind === 'inpainter' &&
      row.how === 'exact' &&
      !row.settings.includes('3 channels') &&
      names.every((name) => name in row.errors),
  )
  .map((row) => ({
    line: `${row.name}${/eta [\d.]+/.exec(row.settings)?.[0].replace(/^/, ' ') ?? ''}`,
    nfe: row.nfe,
    error: names.reduce((sum, name) => sum + row.errors[name], 0) / names.length,
  }))

const [width, height] = [760, 460]
const box = { left: 64, right: 196, top: 36, bottom: 52 }
const [low, high] = [Math.min(...points.map((p) => p.nfe)), Math.max(...points.map((p) => p.nfe))]
const [least, most] = [Math.min(...points.map((p) => p.error)), Math.max(...points.map((p) => p.error))]
const scale = (value, a, b, c, d) => c + ((Math.log(value) - Math.log(a)) / (Math.log(b) - Math.log(a))) * (d - c)
const x = (nfe) => scale(nfe, low * 0.9, high * 1.1, box.left, width - box.right)
const y = (error) => scale(error, least * 0.9, most * 1.1, height - box.bottom, box.top)

const lines = [...grouped()].map(([name, own]) => ({ name, own: own.toSorted((a, b) => a.nfe - b.nfe) }))
function grouped() {
  const groups = new Map()
  for (const point of points) groups.set(point.line, [...(groups.get(point.line) ?? []), point])
  return groups
}
lines.sort((a, b) => b.own.at(-1).error - a.own.at(-1).error)

const hue = (i) => `hsl(${Math.round((360 * i) / lines.length)} 62% 44%)`
const ticks = (values, a, b) => values.filter((value) => value >= a && value <= b)
const parts = []
const text = (at, up, words, extra = '') => parts.push(`<text x="${at.toFixed(1)}" y="${up.toFixed(1)}" ${extra}>${words}</text>`)
for (const nfe of ticks([20, 50, 100, 200, 500, 1000, 2000], low, high)) {
  parts.push(`<line class="grid" x1="${x(nfe).toFixed(1)}" x2="${x(nfe).toFixed(1)}" y1="${box.top}" y2="${height - box.bottom}"/>`)
  text(x(nfe), height - box.bottom + 18, String(nfe), 'text-anchor="middle"')
}
for (const error of ticks([0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 2], least * 0.9, most * 1.1)) {
  parts.push(
    `<line class="grid" x1="${box.left}" x2="${width - box.right}" y1="${y(error).toFixed(1)}" y2="${y(error).toFixed(1)}"/>`,
  )
  text(box.left - 8, y(error) + 4, String(error), 'text-anchor="end"')
}
let labelled = box.top - 14
for (const [i, { name, own }] of lines.entries()) {
  const colour = hue(i)
  const path = own.map((p) => `${x(p.nfe).toFixed(1)},${y(p.error).toFixed(1)}`).join(' ')
  parts.push(`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`)
  for (const p of own) parts.push(`<circle cx="${x(p.nfe).toFixed(1)}" cy="${y(p.error).toFixed(1)}" r="3.5" fill="${colour}"/>`)
  const end = own.at(-1)
  // Names stand in a column at the right, in the order of the lines' ends, each joined to its line.
  labelled = Math.max(labelled + 17, Math.min(y(end.error), height - box.bottom - 17 * (lines.length - 1 - i)))
  const column = width - box.right + 22
  parts.push(
    `<line x1="${x(end.nfe).toFixed(1)}" y1="${y(end.error).toFixed(1)}" x2="${column - 4}" y2="${labelled.toFixed(1)}" stroke="${colour}" stroke-width="0.7" stroke-dasharray="2 3"/>`,
  )
  text(column, labelled + 4, name, `fill="${colour}"`)
}
text((box.left + width - box.right) / 2, height - 12, 'model calls', 'text-anchor="middle"')
text(box.left, 20, 'Distance to the exact conditional (mean of four observations, exact propagation)')

writeFileSync(
  to,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">
<style>.grid { stroke: #8884; } text { fill: #777; }</style>
<rect width="${width}" height="${height}" fill="#fff"/>
${parts.map((part) => part.replace(/(<text [^>]*)fill="([^"]+)"/, '$1style="fill:$2"')).join('\n')}
</svg>
`,
)
