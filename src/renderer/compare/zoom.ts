/** One look for several panes: how far in, and which part. Pure; pixels of the picture and of the pane. */

export interface Look {
  /** Pane pixels to one of the picture; null: as large as fits. */
  readonly scale: number | null
  /** The point of the picture in the middle of the pane, 0..1 each way. */
  readonly x: number
  readonly y: number
}

export const whole: Look = { scale: null, x: 0.5, y: 0.5 }

export interface Size {
  readonly width: number
  readonly height: number
}

const most = 64
const step = 1.25

export const fitScale = (picture: Size, pane: Size): number =>
  Math.min(pane.width / Math.max(1, picture.width), pane.height / Math.max(1, picture.height))

export const scaleOf = (look: Look, picture: Size, pane: Size): number => look.scale ?? fitScale(picture, pane)

/** Where the picture's corner lies in the pane, and how large it is drawn. */
export function placed(look: Look, picture: Size, pane: Size): { readonly left: number; readonly top: number } & Size {
  const scale = scaleOf(look, picture, pane)
  const [width, height] = [picture.width * scale, picture.height * scale]
  const along = (at: number, own: number, room: number) => (own <= room ? (room - own) / 2 : room / 2 - at * own)
  return { left: along(look.x, width, pane.width), top: along(look.y, height, pane.height), width, height }
}

/** One step in (`by` 1) or out (-1); the picture's point under `at` (pane pixels) stays there. */
export function zoomed(look: Look, picture: Size, pane: Size, at: { readonly x: number; readonly y: number }, by: number): Look {
  const fit = fitScale(picture, pane)
  const before = placed(look, picture, pane)
  const scale = Math.min(most, Math.max(fit, scaleOf(look, picture, pane) * step ** by))
  if (scale <= fit * 1.0001) return whole
  const u = (at.x - before.left) / before.width
  const v = (at.y - before.top) / before.height
  const [width, height] = [picture.width * scale, picture.height * scale]
  return held({ scale, x: u + (pane.width / 2 - at.x) / width, y: v + (pane.height / 2 - at.y) / height }, picture, pane)
}

/** Dragged by so many pane pixels. */
export function panned(look: Look, picture: Size, pane: Size, by: { readonly x: number; readonly y: number }): Look {
  const scale = scaleOf(look, picture, pane)
  return held(
    { scale: look.scale, x: look.x - by.x / (picture.width * scale), y: look.y - by.y / (picture.height * scale) },
    picture,
    pane,
  )
}

/** No further than the picture's edges. */
function held(look: Look, picture: Size, pane: Size): Look {
  const scale = scaleOf(look, picture, pane)
  const along = (at: number, own: number, room: number) => {
    const half = Math.min(0.5, room / 2 / Math.max(1, own))
    return Math.min(1 - half, Math.max(half, at))
  }
  return { ...look, x: along(look.x, picture.width * scale, pane.width), y: along(look.y, picture.height * scale, pane.height) }
}
