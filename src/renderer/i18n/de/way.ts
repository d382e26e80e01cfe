import { count } from '../../state/format.ts'
import type { Messages } from '../en.ts'

export const way: Messages['way'] = {
  title: 'Entstehung',
  step: 'Schritt',
  place: (step, steps) => `Schritt ${count(step)} von ${count(steps)}`,
  drag: (end) => `Durch die Schritte ziehen; ganz rechts steht ${end}`,
  score: 'Norm des Scores',
  scoreTitle: 'Quadratisches Mittel von (x0 - x)/σ² beim Modellaufruf',
  stepSize: 'Schrittweite',
  stepSizeTitle: 'Der eigene Schritt der Methode, oder der Weg in σ zur nächsten Stufe',
  nothing: 'nichts wurde aufgezeichnet',
  range: (low, high) => `von ${low} bis ${high}, logarithmisch`,
  over: (steps, said) => ` über ${count(steps)} Schritte, ${said}; hier`,
  t: 'Nummer der Stufe im Training',
  sigma: 'Rauschstufe',
  alphaBar: 'Alpha quer, 1/(1 + σ²)',
  calls: 'Aufrufe',
  callsTitle: 'Modellaufrufe bisher',
  time: 'Zeit',
  timeTitle: (own) => `Seit Beginn des Laufs; dieser Schritt dauerte ${own}`,
  particles: 'Teilchen',
  particlesTitle: 'Effektive Stichprobengröße der Teilchen',
}
