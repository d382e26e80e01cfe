import type { Messages } from '../en.ts'
import { cards } from './tables-cards.ts'
import { methods } from './tables-methods.ts'
import { photos } from './tables-photos.ts'
import { samplers } from './tables-samplers.ts'

/** Fields of a request as axes and facts, and their values. */
const fields: Messages['tables'] = {
  Sampler: 'Sampler',
  Method: 'Methode',
  Steps: 'Schritte',
  Eta: 'Eta',
  Seed: 'Startzahl',
  Spacing: 'Abstände',
  Variance: 'Varianz',
  Threshold: 'Begrenzung',
  'Model calls': 'Modellaufrufe',
  Device: 'Gerät',
  Model: 'Modell',
  'Jump length': 'Sprunglänge',
  Resamples: 'Wiederholungen',
  Photograph: 'Fotografie',
  Mask: 'Maske',
  'Original, masked, filled': 'Original, maskiert, gefüllt',
  leading: 'leading',
  trailing: 'trailing',
  linspace: 'linspace',
  solver: 'solver',
  respaced: 'respaced',
  quadratic: 'quadratisch',
  karras: 'karras',
  exponential: 'exponentiell',
  small: 'klein',
  'small-log': 'klein',
  large: 'groß',
  learned: 'gelernt',
  auto: 'automatisch',
  clip: 'kappen',
  none: 'keine',
  dynamic: 'dynamisch',
}

/** Why a device is none here (backend/devices.ts). */
const devices: Messages['tables'] = {
  'CUDA exists only on Linux and Windows.': 'CUDA gibt es nur unter Linux und Windows.',
  'DirectML exists only on Windows.': 'DirectML gibt es nur unter Windows.',
  'CoreML exists only on macOS.': 'CoreML gibt es nur unter macOS.',
  '{1}; running on {2}.': '{1}; läuft auf {2}.',
  '{1} could not start ({2})': '{1} konnte nicht starten ({2})',
  'It did not answer within {1} seconds.': 'Es hat nicht innerhalb von {1} Sekunden geantwortet.',
}

export const tables: Messages['tables'] = { ...fields, ...devices, ...samplers, ...methods, ...cards, ...photos }
