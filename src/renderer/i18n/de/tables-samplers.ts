import type { Messages } from '../en.ts'

/** The samplers of core, their settings, and why a model cannot be run by one ([Note: tables]). */
export const samplers: Messages['tables'] = {
  DDPM: 'DDPM',
  'Fresh noise at every step. Best with many steps; the variance sets how much noise.':
    'Frisches Rauschen bei jedem Schritt. Am besten mit vielen Schritten; wie viel Rauschen, sagt die Varianz.',
  DDIM: 'DDIM',
  'Good with few steps. Eta 0 follows the start noise alone, eta 1 is DDPM.':
    'Gut mit wenigen Schritten. Mit Eta 0 entscheidet das Startrauschen allein, Eta 1 ist DDPM.',
  'Larger noise': 'Mehr Rauschen',
  'The noise of DDPM "large" at every step, as in the DDIM paper; eta then counts as 1. Rougher with few steps.':
    'Bei jedem Schritt das Rauschen von DDPM „groß“, wie in der Arbeit zu DDIM; Eta zählt dann als 1. Rauer bei wenigen Schritten.',
  Euler: 'Euler',
  'Straight steps along the flow, no fresh noise: DDIM with eta 0 under its other name.':
    'Gerade Schritte im Fluss, ohne frisches Rauschen: DDIM mit Eta 0 unter seinem anderen Namen.',
  'Euler ancestral': 'Euler ancestral',
  'Steps past each level and adds fresh noise back: DDIM with eta 1 under its other name.':
    'Geht über jede Stufe hinaus und gibt frisches Rauschen zurück: DDIM mit Eta 1 unter seinem anderen Namen.',
  Heun: 'Heun',
  'Looks ahead and corrects every step. Twice the model calls, and exact with far fewer steps.':
    'Schaut voraus und berichtigt jeden Schritt. Doppelt so viele Modellaufrufe, dafür genau mit weit weniger Schritten.',
  'EDM with churn': 'EDM mit Umrühren',
  'Stirred solver': 'Löser mit Umrühren',
  'Heun with fresh noise stirred in at every step, which wipes out small errors on the way. Twice the model calls; best from about 30 steps.':
    'Heun, bei jedem Schritt mit frischem Rauschen umgerührt, das kleine Fehler unterwegs verwischt. Doppelt so viele Modellaufrufe; am besten ab etwa 30 Schritten.',
  Churn: 'Umrühren',
  'Fresh noise stirred in over the whole run; 0 is Heun. Shared out over the steps; no step takes more than 41 % of its level.':
    'Frisches Rauschen, das über den ganzen Lauf eingerührt wird; 0 ist Heun. Es verteilt sich auf die Schritte; keiner nimmt mehr als 41 % seiner Stufe.',
  'Churn from': 'Umrühren ab',
  'Levels below this one are not stirred.': 'Stufen darunter werden nicht umgerührt.',
  'Churn up to': 'Umrühren bis',
  'Levels above this one are not stirred.': 'Stufen darüber werden nicht umgerührt.',
  'Churn strength': 'Stärke des Umrührens',
  'Scale of the noise stirred in. A little over 1 makes up for models that remove a little too much.':
    'Maß des eingerührten Rauschens. Etwas über 1 gleicht Modelle aus, die etwas zu viel entfernen.',
  'DPM-Solver++ 2M': 'DPM-Solver++ 2M',
  'Remembers its last estimate. The same pictures as DDIM with far fewer steps.':
    'Erinnert sich an seine letzte Schätzung. Dieselben Bilder wie DDIM mit weit weniger Schritten.',
  Form: 'Form',
  'How the memory is used within a step. Both are of second order; the pictures hardly differ.':
    'Wie die Erinnerung in einem Schritt gebraucht wird. Beide sind von zweiter Ordnung; die Bilder unterscheiden sich kaum.',
  Midpoint: 'Mittelpunkt',
  'As if the estimate were that of the middle of the step.': 'Als wäre die Schätzung die von der Mitte des Schritts.',
  'The change of the estimate followed over the whole step.': 'Der Änderung der Schätzung über den ganzen Schritt gefolgt.',
  'Ends at': 'Endet bei',
  'Where the last step goes: to the clean picture, or only to the lowest level the model was trained at.':
    'Wohin der letzte Schritt führt: bis zum reinen Bild oder nur bis zur niedrigsten Stufe, an der das Modell gelernt hat.',
  Clean: 'Rein',
  'No noise is left; the last step takes the clean estimate as it is.':
    'Kein Rauschen bleibt; der letzte Schritt nimmt die reine Schätzung, wie sie ist.',
  'Lowest level': 'Niedrigste Stufe',
  'The last trace of noise stays in the picture, as some published runs have it.':
    'Die letzte Spur Rauschen bleibt im Bild, wie in manchen veröffentlichten Läufen.',
  'Careful last step': 'Vorsichtiger letzter Schritt',
  'The last step does not trust the memory. Steadier with few steps; DPM-Solver++ 2M heeds it under 15 steps. A step to the clean picture is always so.':
    'Der letzte Schritt traut der Erinnerung nicht. Ruhiger bei wenigen Schritten; DPM-Solver++ 2M beachtet es unter 15 Schritten. Ein Schritt zum reinen Bild ist immer so.',
  'DPM-Solver++ SDE': 'DPM-Solver++ SDE',
  'The same with fresh noise at every step: DDPM with a memory, good with fewer steps.':
    'Dasselbe mit frischem Rauschen bei jedem Schritt: DDPM mit Erinnerung, gut mit weniger Schritten.',
  UniPC: 'UniPC',
  'Corrects each step with the next call. At home with ten to twenty steps.':
    'Berichtigt jeden Schritt mit dem nächsten Aufruf. Zu Hause bei zehn bis zwanzig Schritten.',
  'Adaptive flow': 'Angepasster Fluss',
  'Chooses its own steps': 'Wählt seine Schritte selbst',
  'Follows the flow as closely as you ask and chooses its own steps, for each picture by itself. The measure for all other solvers: they should come to the same picture.':
    'Folgt dem Fluss so genau, wie Sie es verlangen, und wählt die Schritte für jedes Bild selbst. Das Maß aller anderen Löser: Sie sollten zum selben Bild kommen.',
  'Relative tolerance': 'Relative Genauigkeit',
  'Error allowed in one step, as a share of each value. Smaller is nearer to the exact flow, with more model calls.':
    'Erlaubter Fehler eines Schritts, als Anteil jedes Werts. Kleiner ist näher am genauen Fluss, mit mehr Modellaufrufen.',
  'Absolute tolerance': 'Absolute Genauigkeit',
  'Error allowed in one step where a value is near 0.': 'Erlaubter Fehler eines Schritts, wo ein Wert nahe 0 ist.',
  'Reverse SDE': 'Umgekehrte SDE',
  'Back along the noise process': 'Den Weg des Rauschens zurück',
  'Walks the noise process backwards in plain small steps (Euler-Maruyama), with fresh noise at each. Wants a hundred steps and more.':
    'Geht den Weg des Rauschens in einfachen kleinen Schritten zurück (Euler-Maruyama), bei jedem mit frischem Rauschen. Braucht hundert Schritte und mehr.',
  'Noise process': 'Art des Rauschens',
  'Which way the picture is thought to have dissolved into noise; the run goes that way back. Any model can follow any of them.':
    'Wie man sich das Bild in Rauschen aufgelöst denkt; der Lauf geht diesen Weg zurück. Jedes Modell kann jedem folgen.',
  'Variance preserving': 'Gleich bleibende Varianz',
  'The picture fades while noise comes in. At home with DDPM models.':
    'Das Bild verblasst, während Rauschen dazukommt. Zu Hause bei DDPM-Modellen.',
  'Sub-VP': 'Sub-VP',
  'The same with less noise on the way: calmer steps at high noise.':
    'Dasselbe mit weniger Rauschen unterwegs: ruhigere Schritte bei viel Rauschen.',
  'Variance exploding': 'Wachsende Varianz',
  'Noise grows over a picture that stays. At home with NCSN models.':
    'Rauschen wächst über einem Bild, das bleibt. Zu Hause bei NCSN-Modellen.',
  'Reverse diffusion': 'Umgekehrte Diffusion',
  'Each noise step, backwards': 'Jeden Rauschschritt zurück',
  "Undoes the model's own noise steps one by one, with fresh noise at each. Wants a hundred steps and more.":
    'Nimmt die Rauschschritte des Modells einen nach dem anderen zurück, bei jedem mit frischem Rauschen. Braucht hundert Schritte und mehr.',
  'Predictor-corrector': 'Prädiktor-Korrektor',
  'Step, and put right': 'Gehen und berichtigen',
  'At every level first corrections along the score, which can heal what went wrong on the way, then the step to the next. Each correction costs a model call.':
    'Auf jeder Stufe zuerst Berichtigungen entlang des Scores, die heilen können, was unterwegs misslang, dann der Schritt zur nächsten. Jede Berichtigung kostet einen Modellaufruf.',
  Predictor: 'Prädiktor',
  'How a run gets from one level to the next.': 'Wie ein Lauf von einer Stufe zur nächsten kommt.',
  "The model's own noise step, backwards.": 'Der Rauschschritt des Modells, rückwärts.',
  'Euler-Maruyama': 'Euler-Maruyama',
  'A plain step of the reverse equation.': 'Ein einfacher Schritt der umgekehrten Gleichung.',
  None: 'Keiner',
  'Corrections alone, and the clean estimate at the very end. Wants many levels and many corrections.':
    'Nur Berichtigungen, und ganz am Ende die reine Schätzung. Braucht viele Stufen und viele Berichtigungen.',
  'Corrections a level': 'Berichtigungen je Stufe',
  'Each costs one more model call a level.': 'Jede kostet einen Modellaufruf mehr je Stufe.',
  'Signal to noise': 'Signal zu Rauschen',
  'Size of a correction: how strong it is beside its own noise. The papers use 0.075 to 0.17.':
    'Größe einer Berichtigung: wie stark sie neben ihrem eigenen Rauschen ist. Die Arbeiten nehmen 0,075 bis 0,17.',
  'Annealed Langevin': 'Abgestuftes Langevin',
  'Many small moves, level by level': 'Viele kleine Bewegungen, Stufe um Stufe',
  'NCSN: many small moves along the score at every noise level. At home with NCSN models; others have far higher levels, want as many steps at each, and are not scaled to it.':
    'NCSN: viele kleine Bewegungen entlang des Scores auf jeder Rauschstufe. Zu Hause bei NCSN-Modellen; andere haben weit höhere Stufen, brauchen auf jeder ebenso viele Schritte und sind nicht darauf abgestimmt.',
  'Step size': 'Schrittweite',
  'How far a step goes at the lowest level. Too small and noise stays, too large and the picture dissolves.':
    'Wie weit ein Schritt auf der niedrigsten Stufe geht. Zu klein, und Rauschen bleibt; zu groß, und das Bild zerfließt.',
  'Steps at each level': 'Schritte je Stufe',
  'How often the picture is moved at one noise level. Every one is a model call.':
    'Wie oft das Bild auf einer Rauschstufe bewegt wird. Jedes Mal ist ein Modellaufruf.',
  'Clean up at the end': 'Am Ende reinigen',
  'One more model call that removes the noise of the last level.':
    'Ein Modellaufruf mehr, der das Rauschen der letzten Stufe entfernt.',
  Langevin: 'Langevin',
  'Many small moves at one level': 'Viele kleine Bewegungen auf einer Stufe',
  'Small moves along the score at one noise level, from the start noise as it is. Shows why levels are needed: it seldom leaves the first shape it finds.':
    'Kleine Bewegungen entlang des Scores auf einer einzigen Rauschstufe, vom Startrauschen aus. Zeigt, wozu es Stufen braucht: Es verlässt selten die erste Form, die es findet.',
  'Noise level': 'Rauschstufe',
  'At which of the levels, counted from the cleanest: 1 is the lowest the model knows.':
    'Auf welcher der Stufen, von der reinsten an gezählt: 1 ist die niedrigste, die das Modell kennt.',
  '{1} takes one noise level for a whole batch, and Adaptive flow gives each picture its own: use heun or dpmpp-2m.':
    '{1} nimmt eine Rauschstufe für einen ganzen Stapel, und der angepasste Fluss gibt jedem Bild seine eigene: nehmen Sie Heun oder DPM-Solver++ 2M.',
  '{1} knows only {2} noise levels, and Adaptive flow asks for all between them: use heun, dpmpp-2m or annealed-langevin.':
    '{1} kennt nur {2} Rauschstufen, und der angepasste Fluss fragt nach allen dazwischen: nehmen Sie Heun, DPM-Solver++ 2M oder abgestuftes Langevin.',
  'The model "{1}" has one trained noise level and annealed Langevin walks down several: choose langevin.':
    'Das Modell „{1}“ hat eine einzige Rauschstufe gelernt, und abgestuftes Langevin geht mehrere hinab: nehmen Sie Langevin.',
}
