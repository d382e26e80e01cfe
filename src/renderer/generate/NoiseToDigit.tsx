/** The illustration of the empty screen: one digit at five noise levels, from noise to ink. Drawn, not sampled. */

const digit = [
  '..........',
  '...####...',
  '..##..##..',
  '......##..',
  '....###...',
  '......##..',
  '......##..',
  '..##..##..',
  '...####...',
  '..........',
]
const side = digit.length
const pixel = 8
const levels = [1, 0.75, 0.5, 0.25, 0]

/** A fixed speckle: the same picture at every start. */
function speckle(x: number, y: number): number {
  const mixed = Math.imul((x + 1) * 374761393 + (y + 3) * 668265263, 1274126177)
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
}

export function NoiseToDigit() {
  const tile = side * pixel
  const step = tile + 16
  return (
    <svg
      width={levels.length * step - 16}
      height={tile}
      viewBox={`0 0 ${levels.length * step - 16} ${tile}`}
      style={{ maxWidth: '100%' }}
    >
      {levels.map((level, k) => (
        <g key={level} transform={`translate(${k * step} 0)`}>
          <rect width={tile} height={tile} rx={6} fill="#0c0c0d" />
          {digit.flatMap((row, y) =>
            [...row].map((mark, x) => {
              const ink = mark === '#' ? 0.95 : 0
              const value = (1 - level) * ink + level * speckle(x, y)
              return (
                <rect
                  key={`${x} ${y}`}
                  x={x * pixel}
                  y={y * pixel}
                  width={pixel}
                  height={pixel}
                  fill="#f2f2f2"
                  opacity={Math.round(value * 100) / 100}
                />
              )
            }),
          )}
        </g>
      ))}
    </svg>
  )
}
