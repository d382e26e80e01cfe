/** The words of the mask editor. Its tools, presets and commands have their names in `commands`. */
export const editor = {
  canvas: 'Photograph and mask',
  canvasHelp: 'Paint what is to be filled. Hold Tab for the original, arrows move the picture, Escape leaves.',
  failed: 'The mask could not be worked out.',
  crop: (width: number, height: number) => `crop ${width} × ${height}`,
  windows: (windows: number, side: number) => `${windows} windows of ${side} × ${side}`,
  actual: 'actual size',
  enlarged: (times: string) => `fill enlarged ${times}×`,
  reduced: (times: string) => `fill reduced ${times}×`,
}
