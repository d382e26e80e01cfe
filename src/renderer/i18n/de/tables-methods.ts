import type { Messages } from '../en.ts'

/** The inpainters of core, those of their settings that samplers lack, and why a model cannot be run by one ([Note: tables]). */
export const methods: Messages['tables'] = {
  RePaint: 'RePaint',
  'Back and forth': 'Vor und zurück',
  'Goes back and forth over the levels until fill and photo agree. Slow; more resamples, better seams.':
    'Geht über die Stufen vor und zurück, bis Füllung und Fotografie zusammenpassen. Langsam; mehr Wiederholungen, bessere Ränder.',
  'Repeats of a level': 'Wiederholungen einer Stufe',
  'Takes every single step back once more, this many times in all. 1: never.':
    'Nimmt jeden einzelnen Schritt noch einmal zurück, insgesamt so oft. 1: nie.',
  'Second jump, length': 'Zweiter Sprung, Länge',
  'A jump inside the stretches of the first one, this many levels long.':
    'Ein Sprung innerhalb der Strecken des ersten, so viele Stufen lang.',
  'Second jump, repeats': 'Zweiter Sprung, Wiederholungen',
  'How often each stretch of the second jump is walked. 1: no second jump.':
    'Wie oft jede Strecke des zweiten Sprungs gegangen wird. 1: kein zweiter Sprung.',
  'Third jump, length': 'Dritter Sprung, Länge',
  'A jump inside the stretches of the second one, this many levels long.':
    'Ein Sprung innerhalb der Strecken des zweiten, so viele Stufen lang.',
  'Third jump, repeats': 'Dritter Sprung, Wiederholungen',
  'How often each stretch of the third jump is walked. 1: no third jump.':
    'Wie oft jede Strecke des dritten Sprungs gegangen wird. 1: kein dritter Sprung.',
  'Go back only near the end': 'Nur nahe dem Ende zurückgehen',
  'Jumps stay among this many of the last levels: fewer calls, while edges still join. 1000: from the start.':
    'Sprünge bleiben unter so vielen der letzten Stufen: weniger Aufrufe, und Ränder schließen doch. 1000: von Anfang an.',
  'End on the true photo': 'Mit der echten Fotografie enden',
  'The last estimate gets the exact pixels that are kept. Off: the paper to the letter, kept pixels come out slightly noisy.':
    'Die letzte Schätzung bekommt genau die Bildpunkte, die bleiben. Aus: die Arbeit aufs Wort, bleibende Bildpunkte rauschen leicht.',
  'RePaint, as in diffusers': 'RePaint wie in diffusers',
  'Back and forth, as diffusers does it': 'Vor und zurück, wie diffusers es macht',
  'For fills that shall match those of the diffusers library, its slips included. RePaint itself is better.':
    'Für Füllungen, die denen der Bibliothek diffusers gleichen sollen, ihre Versehen eingeschlossen. RePaint selbst ist besser.',
  Replacement: 'Ersetzen',
  'One pass': 'Ein Durchgang',
  'One pass that keeps writing the photo back. Fast; fills may not join.':
    'Ein Durchgang, der die Fotografie immer wieder hineinschreibt. Schnell; Füllungen schließen manchmal nicht an.',
  DDNM: 'DDNM',
  'Projected estimate': 'Eingepasste Schätzung',
  'Writes the photo into every clean estimate. One call a level, and fills that join; eta adds fresh noise.':
    'Schreibt die Fotografie in jede reine Schätzung. Ein Aufruf je Stufe und Füllungen, die anschließen; Eta gibt frisches Rauschen dazu.',
  'DDNM, new colours': 'DDNM, neue Farben',
  Colourise: 'Einfärben',
  'Keeps the light and dark of what is painted over and gives it new colours. One call a level; eta adds fresh noise.':
    'Behält Hell und Dunkel des Übermalten und gibt ihm neue Farben. Ein Aufruf je Stufe; Eta gibt frisches Rauschen dazu.',
  SNORE: 'SNORE',
  'Average of estimates': 'Mittel von Schätzungen',
  'Averages clean estimates, each from new noise. One call a level; calm fills for scratches, wires and text, little texture in large holes.':
    'Mittelt reine Schätzungen, jede aus neuem Rauschen. Ein Aufruf je Stufe; ruhige Füllungen für Kratzer, Drähte und Schrift, wenig Textur in großen Löchern.',
  'Weight of the newest': 'Gewicht der neuesten',
  'What a new clean estimate counts beside the average of those before it. Less is calmer, more keeps texture; 1 keeps no average.':
    'Was eine neue reine Schätzung neben dem Mittel der früheren zählt. Weniger ist ruhiger, mehr behält Textur; 1 behält kein Mittel.',
  'Settles below': 'Beruhigt sich unter',
  'The noise level below which new estimates count less and less, by its square. There a call only sharpens what is there. 0: nowhere.':
    'Die Rauschstufe, unter der neue Schätzungen immer weniger zählen, im Quadrat. Dort schärft ein Aufruf nur, was schon da ist. 0: nirgends.',
  'Delayed DInG': 'Verzögertes DInG',
  'Projected, fresh noise': 'Eingepasst, frisches Rauschen',
  'The same idea, with fresh noise for the fill alone. One call a level.':
    'Dieselbe Idee mit frischem Rauschen nur für die Füllung. Ein Aufruf je Stufe.',
  'Fresh noise': 'Frisches Rauschen',
  'How much of each step is new noise. Less follows the photo more closely, more varies further.':
    'Wie viel jedes Schritts neues Rauschen ist. Weniger folgt der Fotografie enger, mehr weicht weiter ab.',
  Less: 'Weniger',
  'As the authors ship it.': 'Wie die Autoren es ausliefern.',
  More: 'Mehr',
  'The other rule of the paper.': 'Die andere Regel der Arbeit.',
  DInG: 'DInG',
  'Projected, looks ahead': 'Eingepasst, schaut voraus',
  'Asks the model a second time at every level before the photo is written in. Two calls a level.':
    'Fragt das Modell auf jeder Stufe ein zweites Mal, bevor die Fotografie hineingeschrieben wird. Zwei Aufrufe je Stufe.',
  'Langevin inner steps': 'Langevin mit inneren Schritten',
  'Settle at every level': 'Auf jeder Stufe zur Ruhe kommen',
  'Lets fill and photo settle together at every noise level before it goes on. More steps at each level, better seams.':
    'Lässt Füllung und Fotografie auf jeder Rauschstufe zusammenfinden, bevor es weitergeht. Mehr Schritte je Stufe, bessere Ränder.',
  'How often fill and photo are moved towards each other at one noise level. Every one is a model call.':
    'Wie oft Füllung und Fotografie auf einer Rauschstufe zueinander bewegt werden. Jedes Mal ist ein Modellaufruf.',
  'Stride of an inner step': 'Weite eines inneren Schritts',
  'How much of the noise an inner step renews. Small strides are exact and slow, large ones restless.':
    'Wie viel des Rauschens ein innerer Schritt erneuert. Kleine Schritte sind genau und langsam, große unruhig.',
  'Pull of the photo': 'Zug der Fotografie',
  'How strongly the kept pixels, and through the model the fill, are drawn to the photo.':
    'Wie stark die bleibenden Bildpunkte, und durch das Modell die Füllung, zur Fotografie gezogen werden.',
  'Many small moves': 'Viele kleine Bewegungen',
  'Moves the fill along the score in many small steps beside the noised photo. For NCSN models; slow with others.':
    'Bewegt die Füllung in vielen kleinen Schritten entlang des Scores neben der verrauschten Fotografie. Für NCSN-Modelle; langsam mit anderen.',
  'Noise of the kept part': 'Rauschen des Bleibenden',
  'How often the photo is noised anew while the fill is moved beside it.':
    'Wie oft die Fotografie neu verrauscht wird, während die Füllung neben ihr bewegt wird.',
  'New at every step': 'Neu bei jedem Schritt',
  'NCSN version 2.': 'NCSN, Fassung 2.',
  'One for each level': 'Eines je Stufe',
  'NCSN version 1.': 'NCSN, Fassung 1.',
  'Step and correct': 'Gehen und berichtigen',
  'Corrects the picture at every noise level before it steps down, beside the freshly noised photo. More corrections, better seams.':
    'Berichtigt das Bild auf jeder Rauschstufe, bevor es hinabgeht, neben der frisch verrauschten Fotografie. Mehr Berichtigungen, bessere Ränder.',
  'MCGdiff particles': 'Teilchen nach MCGdiff',
  'Best of the batch': 'Die besten des Stapels',
  'The pictures of a batch compete: those that fit the photo badly become copies of those that fit. The larger the batch, the truer; one picture alone gains nothing.':
    'Die Bilder eines Stapels stehen im Wettbewerb: Wer schlecht zur Fotografie passt, wird zur Kopie eines besseren. Je größer der Stapel, desto treuer; ein Bild allein gewinnt nichts.',
  'Choose anew below': 'Neu wählen unter',
  'When less than this share of the batch still counts, pictures that fit the photo badly are replaced by copies of those that fit.':
    'Zählt weniger als dieser Anteil des Stapels noch, werden schlecht passende Bilder durch Kopien der passenden ersetzt.',
  'The model "{1}" has no betas, which RePaint as in diffusers walks by: choose repaint.':
    'Das Modell „{1}“ hat keine Betas, an denen RePaint wie in diffusers entlanggeht: nehmen Sie RePaint.',
  'The model "{1}" knows only grey and has no colours to give: choose one of three channels.':
    'Das Modell „{1}“ kennt nur Grau und hat keine Farben zu geben: nehmen Sie eines mit drei Kanälen.',
  'RePaint as in diffusers begins at noise, as that library does: choose repaint to begin at a picture.':
    'RePaint wie in diffusers beginnt mit Rauschen, wie jene Bibliothek: nehmen Sie RePaint, um mit einem Bild zu beginnen.',
  'MCGdiff weighs particles that were drawn from noise: choose another method to begin at a picture.':
    'MCGdiff wägt Teilchen, die aus Rauschen gezogen wurden: nehmen Sie eine andere Methode, um mit einem Bild zu beginnen.',
}
