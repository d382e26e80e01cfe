/** Is the picture mostly light, as paper is? A guess for a switch, never a pixel that is saved. False when it cannot be loaded. */
export async function brightness(url: string): Promise<boolean> {
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const side = 16
    const canvas = new OffscreenCanvas(side, side)
    const context = canvas.getContext('2d')
    if (context === null) return false
    context.drawImage(image, 0, 0, side, side)
    const { data } = context.getImageData(0, 0, side, side)
    return data.reduce((sum, value, at) => (at % 4 === 3 ? sum : sum + value), 0) / (side * side * 3) > 127
  } catch {
    return false
  }
}
