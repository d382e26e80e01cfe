// The measurements of the editor as a table to read.

const ms = (value) => (value === null || value === undefined ? '-' : value >= 100 ? `${Math.round(value)}` : value.toFixed(1))
const spreadOf = ({ p50, p95, max }) => `${ms(p50)} / ${ms(p95)} / ${ms(max)}`
const once = ({ wall, cpu }) => `${ms(wall)}${cpu === null || cpu === undefined ? '' : ` (${ms(cpu)})`}`
const mega = (bytes) => (bytes === null || bytes === undefined ? '-' : `${Math.round(bytes / 1e6)} MB`)

/** Rows: what, the program's, the naive one's, the bar, whether it holds. */
export function rowsOf(m) {
  const rows = []
  const row = (what, ours, naive = '', bar = '', holds) =>
    rows.push([what, ours, naive, bar, holds === undefined ? '' : holds ? 'holds' : 'MISSED'])
  const { naive } = m
  row('open: file handed over to first paint, ms', ms(m.open.first), ms(naive.open))
  row('open: every tile in view sharp, ms', ms(m.open.sharp))
  for (const [zoom, at] of Object.entries(m.strokes)) {
    const other = naive.strokes[zoom]
    const bar = 'p50 < 8, p95 < 16'
    const held = ({ p50, p95 }) => p50 < 8 && p95 < 16
    const own = at.move.handler
    row(`brush, ${zoom}: handler to drawn, wall ms`, spreadOf(own.wall), spreadOf(other.move.handler.wall), bar, held(own.wall))
    row(`brush, ${zoom}: the same, processor ms`, spreadOf(own.cpu), spreadOf(other.move.handler.cpu), bar, held(own.cpu))
    row(`brush, ${zoom}: whole frame, wall ms`, spreadOf(at.move.whole.wall), spreadOf(other.move.whole.wall))
    row(`brush, ${zoom}: whole frame, processor ms`, spreadOf(at.move.whole.cpu), spreadOf(other.move.whole.cpu))
    row(`brush, ${zoom}: all processes, processor ms a move`, ms(at.everywhere), ms(other.everywhere))
    row(`first touch, ${zoom}, wall ms`, spreadOf(at.down.wall), spreadOf(other.down.wall))
    row(`undo, ${zoom}, wall ms`, spreadOf(at.undo.wall), spreadOf(other.undo.wall))
    row(`undo, ${zoom}, processor ms`, spreadOf(at.undo.cpu), spreadOf(other.undo.cpu))
  }
  row('mask to a PNG, ms (processor)', once(m.maskExport), once(naive.maskExport))
  for (const [hole, at] of Object.entries(m.fills)) {
    row(`${hole}, ${at.painted} pixels: composite and check, ms (processor)`, once(at.composite))
    for (const [format, saved] of Object.entries(at.saves)) {
      const other = naive.saves[format]
      const beside = other === undefined ? '' : `${once(other)}, ${mega(other.bytes)}`
      row(`${hole}: save as ${format} and check, ms (processor)`, `${once(saved)}, ${mega(saved.bytes)}`, beside)
    }
  }
  const { frames } = m
  row('while a job samples: animation frame to the next, ms', spreadOf(frames.intervals), '', 'p99 < 50', frames.intervals.p99 < 50)
  row('  its p99', ms(frames.intervals.p99))
  row('while a job samples: main thread a frame, wall ms', spreadOf(frames.main.wall), '', 'p99 < 50', frames.main.wall.p99 < 50)
  row('  its p99', ms(frames.main.wall.p99))
  row('  the same by processor time, p99', ms(frames.main.cpu.p99), '', 'p99 < 50', frames.main.cpu.p99 < 50)
  row('while a job samples: tasks over 50 ms', `${frames.long.count}, longest ${ms(frames.long.max)}`)
  row('while a job samples: to the main process and back, ms', spreadOf(frames.pings), '', 'p99 < 50', frames.pings.p99 < 50)
  row('  its p99', ms(frames.pings.p99))
  if (m.memory !== null) {
    row('memory, all processes, the most', mega(m.memory.peak.bytes), '', '< 2000 MB', m.memory.peak.bytes < 2e9)
    for (const { name, bytes } of m.memory.peak.processes) if (bytes > 2e7) row(`  then: ${name}`, mega(bytes))
    for (const [phase, bytes] of Object.entries(m.memory.byPhase)) row(`  while: ${phase}`, mega(bytes))
    row('memory of the page alone, photograph painted on', mega(m.memory.page), mega(naive.memory))
  }
  return rows
}

export function table(m) {
  const head = ['', 'Palimpsest', 'naive canvas', 'bar', '']
  const rows = [head, ...rowsOf(m)]
  const widths = head.map((_, i) => Math.max(...rows.map((row) => row[i].length)))
  const line = (row) =>
    row
      .map((text, i) => text.padEnd(widths[i]))
      .join('  ')
      .trimEnd()
  const [width, height] = m.photograph
  const { before, after } = m.load
  return [
    `The editor on a photograph of ${width} x ${height}; ${m.processors} processors, ${m.compositor} compositor, load ${before.toFixed(1)} to ${after.toFixed(1)}.`,
    'Three numbers: median / 95 of 100 / worst. Wall is the clock; processor time says the same beside other loads.',
    ...rows.map(line),
    ...(m.shown ? [] : ['The pixels on the screen are NOT those of the photograph.']),
  ].join('\n')
}
