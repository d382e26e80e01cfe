import { type Proof, type ProofCell, type ProofRow, prove as run } from '../backend/prove.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { Context } from './context.ts'
import type { Parsed } from './flags.ts'
import { columns } from './help.ts'

/** `palimpsest prove`: the mathematics against the closed form, printed as it is found. */

export async function prove(parsed: Parsed, context: Context): Promise<void> {
  const silent = parsed.given.has('quiet')
  const proof = await run({
    quick: parsed.given.has('quick'),
    signal: context.signal,
    onRow: (row) => void (silent || context.stderr.write(`${'settings' in row ? `${row.name} ${row.settings}` : ''}\n`)),
  })
  context.out(parsed.given.has('json') ? JSON.stringify(proof, null, 2) : proofTable(proof))
  if (!proof.passed) throw new PalimpsestError('internal', 'The methods do not agree with the closed form.')
}

const number = (value: number | undefined) => (value === undefined ? '' : value.toFixed(5))

function errorsOf({ errors, standardErrors, how }: ProofRow): string {
  const cells = Object.entries(errors).map(([name, error]) => {
    const spread = (standardErrors as Readonly<Record<string, number>> | undefined)?.[name]
    return `${name} ${number(error)}${spread === undefined ? '' : ` ± ${number(spread)}`}`
  })
  return `${cells.join('  ')}${how === 'sampled' ? '  (sampled)' : ''}`
}

const rowOf = (row: ProofRow) => [`${row.name} ${row.settings}`.padEnd(40) + String(row.nfe).padStart(6), errorsOf(row)] as const
const cellOf = (cell: ProofCell) =>
  [
    `${cell.name} ${cell.settings}, ${cell.observation}`,
    `${number(cell.sampled)} ± ${number(cell.standardError)}, exact ${number(cell.exact)}: ${((cell.sampled - cell.exact) / cell.standardError).toFixed(1)} standard errors`,
  ] as const

/** Everything that was proven, a line each. */
export function proofTable({ rows, cells, worstDifference, worstDeviation, passed }: Proof): string {
  return [
    'Distance (W2, as a part of the truth’s own spread) on Gaussian data with the ideal denoiser; model calls before it.',
    '',
    'Samplers, against the data',
    ...columns(rows.filter((row) => row.kind === 'sampler').map(rowOf)),
    '',
    'Inpainting methods, against the exact conditional, by what is known',
    ...columns(rows.filter((row) => row.kind === 'inpainter').map(rowOf)),
    '',
    'The same by sampling, with the program’s own noise',
    ...columns(cells.map(cellOf)),
    '',
    `Exact against published: ${worstDifference.toExponential(1)} at worst (bar 1e-4). Sampled against exact: ${worstDeviation.toFixed(1)} standard errors at worst (bar 3). ${passed ? 'Proven.' : 'NOT PROVEN.'}`,
  ].join('\n')
}
