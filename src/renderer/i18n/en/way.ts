import { count } from '../../state/format.ts'

/** How a picture or a fill came, step by step. */
export const way = {
  title: 'How it came',
  step: 'Step',
  place: (step: number, steps: number) => `step ${count(step)} of ${count(steps)}`,
  drag: (end: string) => `Drag through the steps; the right end is ${end}`,
  score: 'Score norm',
  scoreTitle: 'Root mean square of (x0 - x)/σ² at the model call',
  stepSize: 'Step size',
  stepSizeTitle: "The method's own step, or the way in σ to the next level",
  nothing: 'nothing was recorded',
  range: (low: string, high: string) => `from ${low} to ${high}, logarithmic`,
  over: (steps: number, said: string) => ` over ${count(steps)} steps, ${said}; here`,
  t: 'Training index of the level',
  sigma: 'Noise level',
  alphaBar: 'Alpha bar, 1/(1 + σ²)',
  calls: 'Calls',
  callsTitle: 'Model calls so far',
  time: 'Time',
  timeTitle: (own: string) => `Since the run began; this step took ${own}`,
  particles: 'Particles',
  particlesTitle: 'Effective sample size of the particles',
}
