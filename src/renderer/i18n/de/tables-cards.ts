import type { Messages } from '../en.ts'

/** What the cards of the shipped models say ([Note: tables]). Numbers that a better training changes are holes. */
export const cards: Messages['tables'] = {
  'Handwritten digits': 'Ziffern von Hand',
  'Handwritten digits, learned variance': 'Ziffern von Hand, gelernte Varianz',
  'Digits for annealed Langevin, sigma {1} to {2}': 'Ziffern für abgestuftes Langevin, Sigma {1} bis {2}',
  'Digit judge': 'Ziffernrichter',
  Faces: 'Gesichter',
  Photographs: 'Fotografien',
  'CC BY-SA 3.0 (as the data it was trained on)': 'CC BY-SA 3.0 (wie die Daten, an denen es gelernt hat)',
  'CC BY-SA 4.0; the photographs are CC0, CC BY, CC BY-SA, GPL and LGPL, each named in CREDITS.md':
    'CC BY-SA 4.0; die Fotografien sind CC0, CC BY, CC BY-SA, GPL und LGPL, jede genannt in CREDITS.md',
  'Non-commercial research only, as the pictures it was trained on':
    'Nur nichtkommerzielle Forschung, wie die Bilder, an denen es gelernt hat',
  'MNIST: 60,000 handwritten digits, 28 x 28 grey (LeCun, Cortes, Burges)':
    'MNIST: 60 000 handgeschriebene Ziffern, 28 × 28 grau (LeCun, Cortes, Burges)',
  '{1} aligned faces of adults, 64 x 64 in colour (UTKFace)':
    '{1} ausgerichteten Gesichtern Erwachsener, 64 × 64 in Farbe (UTKFace)',
  '{1} free photographs, in crops: textures, edges and small things, not scenes. Authors and licences: CREDITS.md':
    '{1} freien Fotografien, in Ausschnitten: Texturen, Kanten und kleine Dinge, keine Szenen. Autoren und Lizenzen: CREDITS.md',
  '{1} % of the 10,000 test digits right; confidence over 0.9 on {2} % of them, and on {3} % of noise, blanks, shuffled and negative digits':
    '{1} % der 10 000 Prüfziffern richtig; über 0,9 sicher bei {2} % davon, und bei {3} % von Rauschen, Leerem, vermischten und negativen Ziffern',
  'Of {1} DDIM-50 samples (seeds {2} to {3}) a classifier is over 0.9 sure of {4} % with eta 0 and of {5} % with eta 1, all ten digits among them; the bar is 90 % with eta 0':
    'Von {1} Bildern mit DDIM 50 (Startzahlen {2} bis {3}) ist ein Ziffernrichter bei {4} % mit Eta 0 und bei {5} % mit Eta 1 zu über 0,9 sicher, alle zehn Ziffern kommen vor; das Ziel sind 90 % mit Eta 0',
  'Of {1} DDPM samples in {2} steps with the learned variance (seeds {3} to {4}) a classifier is over 0.9 sure of {5} %, all ten digits among them; the mean is that of mnist':
    'Von {1} Bildern mit DDPM in {2} Schritten und gelernter Varianz (Startzahlen {3} bis {4}) ist ein Ziffernrichter bei {5} % zu über 0,9 sicher, alle zehn Ziffern kommen vor; der Mittelwert ist der von mnist',
  'Of {1} annealed Langevin samples with {2} steps a level (seeds {3} to {4}) a classifier is over 0.9 sure of {5} %, all ten digits among them':
    'Von {1} Bildern mit abgestuftem Langevin, {2} Schritte je Stufe (Startzahlen {3} bis {4}), ist ein Ziffernrichter bei {5} % zu über 0,9 sicher, alle zehn Ziffern kommen vor',
  'Sliced Wasserstein distance on Laplacian patches to 500 held-out faces {1} (x 1000), where held-out faces have {2} among themselves; no sample is near a training face':
    'Sliced-Wasserstein-Abstand auf Laplace-Flecken zu 500 zurückgehaltenen Gesichtern {1} (× 1000), wo diese untereinander {2} haben; kein Bild ist einem gelernten Gesicht nahe',
  'On ten photographs never trained on, {1} model calls: HaarPSI {2} on thin, {3} on text-like and {4} on thick masks, where Navier-Stokes has {5}, {6} and {7}; squares of {8} pixels come out soft':
    'An zehn nie gelernten Fotografien, {1} Modellaufrufe: HaarPSI {2} bei dünnen, {3} bei schriftartigen und {4} bei dicken Masken, wo Navier-Stokes {5}, {6} und {7} hat; Quadrate von {8} Bildpunkten werden weich',
}
