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
  let mixed = Math.imul(x + 1, 0x27d4eb2d) ^ Math.imul(y + 3, 0x165667b1)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39)
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
            Array.from(row, (mark, x) => {
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
