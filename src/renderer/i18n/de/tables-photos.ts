import type { Messages } from '../en.ts'

/** The shipped samples, and what is said of a photograph when it is opened, filled and saved ([Note: tables]). */
export const photos: Messages['tables'] = {
  'A cat': 'Eine Katze',
  'A cup of coffee': 'Eine Tasse Kaffee',
  'An astronaut': 'Eine Astronautin',
  'A rocket': 'Eine Rakete',
  'Blotted handwriting': 'Verkleckste Handschrift',
  'Chelsea the cat, by Stefan van der Walt, CC0': 'Die Katze Chelsea, von Stefan van der Walt, CC0',
  'A cup of coffee, by Rachel Michetti, courtesy of Pikolo Espresso Bar, CC0':
    'Eine Tasse Kaffee, von Rachel Michetti, mit Dank an die Pikolo Espresso Bar, CC0',
  'Eileen Collins, by NASA, public domain': 'Eileen Collins, von der NASA, gemeinfrei',
  'The launch of DSCOVR, by SpaceX, public domain (CC0)': 'Der Start von DSCOVR, von SpaceX, gemeinfrei (CC0)',
  'Made for Palimpsest from MNIST test digits (tools/training/handwriting.py), CC BY-SA 3.0 as the digits':
    'Für Palimpsest aus Prüfziffern von MNIST gemacht (tools/training/handwriting.py), CC BY-SA 3.0 wie die Ziffern',
  'The name says {1}, but the file is a {2}: it was opened as that.':
    'Der Name sagt {1}, die Datei ist aber ein {2}: Als solches wurde sie geöffnet.',
  'The name says {1}, but the file is an {2}: it was opened as that.':
    'Der Name sagt {1}, die Datei ist aber ein {2}: Als solches wurde sie geöffnet.',
  'The picture was in {1} and has been converted to sRGB.': 'Das Bild war in {1} und wurde nach sRGB umgewandelt.',
  'The file holds {1} pages: the first one was opened.': 'Die Datei enthält {1} Seiten: Die erste wurde geöffnet.',
  'The file holds {1} frames: the first one was opened.': 'Die Datei enthält {1} Einzelbilder: Das erste wurde geöffnet.',
  'The photograph has no camera data.': 'Die Fotografie hat keine Kameradaten.',
  'Camera data cannot be written into a TIFF: it was left out.':
    'Kameradaten lassen sich nicht in ein TIFF schreiben: Sie wurden weggelassen.',
  'The camera data of the photograph cannot be read: it was left out.':
    'Die Kameradaten der Fotografie lassen sich nicht lesen: Sie wurden weggelassen.',
  'A {1} holds 8 bits a channel: the 16 of the picture were rounded.':
    '{1} fasst 8 Bit je Kanal: Die 16 des Bildes wurden gerundet.',
  'A JPEG holds no transparency: the picture was laid on white.':
    'JPEG kennt keine Durchsichtigkeit: Das Bild wurde auf Weiß gelegt.',
  'A jump of {1} does not fit into 1 level, so the {2} resamples are left out: take a shorter jump or more levels.':
    'Ein Sprung von {1} passt nicht in 1 Stufe, darum entfallen die {2} Wiederholungen: Nehmen Sie kürzere Sprünge oder mehr Stufen.',
  'A jump of {1} does not fit into the last levels, where alone it goes back, so the {2} resamples are left out: take a shorter jump or more levels.':
    'Ein Sprung von {1} passt nicht in die letzten Stufen, wo allein es zurückgeht, darum entfallen die {2} Wiederholungen: Nehmen Sie kürzere Sprünge oder mehr Stufen.',
  'A jump of {1} does not fit into {2} levels, so the {3} resamples are left out: take a shorter jump or more levels.':
    'Ein Sprung von {1} passt nicht in {2} Stufen, darum entfallen die {3} Wiederholungen: Nehmen Sie kürzere Sprünge oder mehr Stufen.',
  'This walk is longer than {1} transitions: take fewer repeats or fewer jumps.':
    'Dieser Weg ist länger als {1} Übergänge: Nehmen Sie weniger Wiederholungen oder weniger Sprünge.',
  'RePaint as in diffusers walks levels of leading spacing alone: choose leading.':
    'RePaint wie in diffusers geht nur Stufen im Abstand „Leading“: Nehmen Sie diesen.',
}
