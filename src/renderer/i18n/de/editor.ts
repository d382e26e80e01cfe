import type { Messages } from '../en.ts'

export const editor: Messages['editor'] = {
  canvas: 'Fotografie und Maske',
  canvasHelp:
    'Malen Sie, was gefüllt werden soll. Tab halten zeigt das Original, die Pfeiltasten verschieben das Bild, Esc verlässt es.',
  failed: 'Die Maske konnte nicht berechnet werden.',
  crop: (width, height) => `Ausschnitt ${width} × ${height}`,
  windows: (windows, side) => `${windows} Fenster von ${side} × ${side}`,
  actual: 'wirkliche Größe',
  enlarged: (times) => `Füllung ${times}× vergrößert`,
  reduced: (times) => `Füllung ${times}× verkleinert`,
}
