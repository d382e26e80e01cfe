import { useEffect } from 'react'
import { IconPhotoPlus } from '@tabler/icons-react'
import { inpainters, samplers } from '../../core/index.ts'
import type { GenerateRequest, InpaintSettings } from '../../shared/request.ts'
import { deviceOptions } from '../generate/AdvancedSettings.tsx'
import { modelOption } from '../generate/GenerateSettings.tsx'
import { drawingModels, type DrawingModel } from '../state/generate.ts'
import { has, inpainterOptions, isAdaptive, modelTraits, ownSettings, samplerOptions } from '../state/methods.ts'
import { useApp } from '../state/store.ts'
import { Button } from '../ui/Button.tsx'
import { SpacingField } from '../ui/LevelFields.tsx'
import { NumberSlider } from '../ui/NumberSlider.tsx'
import { Section } from '../ui/Section.tsx'
import { SeedField } from '../ui/SeedField.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { SelectField } from '../ui/SelectField.tsx'
import { SettingFields } from '../ui/SettingFields.tsx'
import { Toggle } from '../ui/Toggle.tsx'
import { AxisFields } from './AxisFields.tsx'
import { emptyDraft, settingsOf, type Of } from './draft.ts'
import { ExperimentList } from './Empty.tsx'
import { maskPresetNames } from './masks.ts'
import { choosePhoto, usePhotos } from './photos.ts'
import { change, compareStore, useCompare, withModel } from './session.ts'
import styles from './CompareSettings.module.css'

const kinds: readonly { readonly value: Of; readonly label: string }[] = [
  { value: 'generate', label: 'Pictures' },
  { value: 'inpaint', label: 'Fills' },
  { value: 'forward', label: 'Noise' },
]

/** What is varied, and what all cells share. A field that is on an axis is not drawn: its values stand there. */
export function CompareSettings() {
  const draft = useCompare((state) => state.draft)
  const models = drawingModels(useApp((state) => state.models))
  const { photos, refresh } = usePhotos()
  const { of } = draft
  // A photograph that was opened on another screen since.
  useEffect(refresh, [refresh, of])
  const settings = settingsOf(withModel(draft))
  const model = models.find(({ id }) => id === settings.model)
  const varied = new Set(draft.axes[of].map(({ name }) => name))
  return (
    <>
      <Segmented label="What is compared" value={of} options={kinds} onChange={(next) => change({ of: next })} />
      {varied.has('model') || model === undefined ? null : (
        <Section title="Model">
          <SelectField
            bare
            label="Model"
            value={model.id}
            options={models.map(modelOption)}
            onChange={(id) => changeBase(of, { model: id })}
          />
        </Section>
      )}
      {of === 'generate' ? null : <PhotoFields photos={photos} onOpened={refresh} varied={varied} />}
      <AxisFields photos={photos} />
      {of === 'forward' || model === undefined ? null : <MethodFields model={model} varied={varied} />}
      {varied.has('seed') ? null : (
        <SeedField
          value={settings.seed}
          onChange={(seed) => change({ generate: { ...draft.generate, seed }, fill: { ...draft.fill, seed } })}
          locked
          help="The noise that every cell begins at, and that it is given on its way."
        />
      )}
      {of === 'forward' ? null : <More of={of} varied={varied} />}
      <Section title="Experiments" foldable folded>
        <ExperimentList small />
      </Section>
    </>
  )
}

function changeBase(of: Of, changes: Partial<GenerateRequest> & Partial<InpaintSettings>): void {
  const { draft } = compareStore.getState()
  if (of === 'inpaint') change({ fill: { ...draft.fill, ...(changes as Partial<InpaintSettings>) } })
  else change({ generate: { ...draft.generate, ...(changes as Partial<GenerateRequest>) } })
}

/** Sampler or method with what it takes. */
function MethodFields({ model, varied }: { readonly model: DrawingModel; readonly varied: ReadonlySet<string> }) {
  const draft = useCompare((state) => state.draft)
  const { of } = draft
  const fill = of === 'inpaint'
  const settings = settingsOf(draft)
  const named = 'method' in settings ? settings.method : settings.sampler
  const entry = fill ? inpainters[named] : samplers[named]
  const traits = modelTraits(model.card)
  const axis = fill ? 'method' : 'sampler'
  const declared = (entry?.settings ?? []).filter(({ name }) => !varied.has(name))
  const own = ownSettings(entry, settings.settings)
  const set = (changes: Partial<GenerateRequest> & Partial<InpaintSettings>) => changeBase(of, changes)
  return (
    <Section title={fill ? 'Method' : 'Sampler'}>
      {varied.has(axis) ? (
        <p className={styles.note}>Varied. What is set here holds for those that have it.</p>
      ) : (
        <SelectField
          bare
          label={fill ? 'Method' : 'Sampler'}
          value={named}
          options={fill ? inpainterOptions(Object.values(inpainters), traits) : samplerOptions(Object.values(samplers), traits)}
          onChange={(name) => set(fill ? { method: name, settings: {} } : { sampler: name, settings: {} })}
        />
      )}
      {varied.has('steps') || varied.has('nfe') || (isAdaptive(entry) && !varied.has(axis)) ? null : (
        <NumberSlider
          label="Steps"
          value={settings.steps}
          onChange={(steps) => set({ steps })}
          min={1}
          max={1000}
          scale="log"
          marks={[5, 10, 20, 50, 100, 250, 1000]}
          help="Noise levels from pure noise to the picture, at most as many as a model has."
        />
      )}
      {varied.has('eta') || !(has(entry, 'eta') || varied.has(axis)) ? null : (
        <NumberSlider
          label="Eta"
          value={settings.eta}
          onChange={(eta) => set({ eta })}
          min={0}
          max={1}
          step={0.01}
          marks={[0, 0.2, 0.5, 0.75, 1]}
          formatMark={(value) => String(value).replace(/^0\./, '.')}
          format={(value) => value.toFixed(2)}
          help="Fresh noise at each step: 0 none, 1 as much as DDPM."
        />
      )}
      {fill && !varied.has('resamples') && has(entry, 'resamples') ? (
        <NumberSlider
          label="Resamples"
          value={draft.fill.resamples}
          onChange={(resamples) => set({ resamples })}
          min={1}
          max={30}
          help="How often each stretch is walked."
        />
      ) : null}
      {fill && !varied.has('jumpLength') && has(entry, 'jumpLength') ? (
        <NumberSlider
          label="Jump length"
          value={draft.fill.jumpLength}
          onChange={(jumpLength) => set({ jumpLength })}
          min={1}
          max={100}
          scale="log"
          help="How many levels a jump back spans."
        />
      ) : null}
      {declared.length === 0 || varied.has(axis) ? null : (
        <SettingFields settings={declared} values={own} onChange={(name, value) => set({ settings: { ...own, [name]: value } })} />
      )}
    </Section>
  )
}

function PhotoFields({
  photos,
  onOpened,
  varied,
}: {
  readonly photos: readonly { readonly id: string; readonly name: string }[]
  readonly onOpened: () => void
  readonly varied: ReadonlySet<string>
}) {
  const { of, photo, mask, fill } = useCompare((state) => state.draft)
  return (
    <Section title="Photograph">
      {varied.has('photo') ? (
        <p className={styles.note}>Varied: choose them among the axes.</p>
      ) : (
        <SelectField
          bare
          label="Photograph"
          value={photo}
          placeholder="Open a photograph…"
          options={photos.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(id) => change({ photo: id })}
          disabled={photos.length === 0}
        />
      )}
      <Button size="small" icon={<IconPhotoPlus aria-hidden />} onClick={() => choosePhoto(onOpened)}>
        Open a photograph
      </Button>
      {of === 'forward' || varied.has('mask') ? null : (
        <SelectField
          label="Mask"
          value={mask}
          options={[
            { value: 'painted', label: 'As painted', help: 'The mask that was painted in Inpaint.' },
            ...maskPresetNames.map((name) => ({ value: name, label: name })),
          ]}
          onChange={(name) => change({ mask: name })}
          help="What is painted anew."
        />
      )}
      {of === 'forward' ? null : (
        <Toggle
          label="As grey"
          help="Lets a model of grey pictures work on a photograph in colour."
          checked={fill.asGrey}
          onChange={(asGrey) => change({ fill: { ...fill, asGrey } })}
        />
      )}
    </Section>
  )
}

function More({ of, varied }: { readonly of: Of; readonly varied: ReadonlySet<string> }) {
  const draft = useCompare((state) => state.draft)
  const devices = useApp((state) => state.devices)
  const settings = settingsOf(draft)
  const named = 'method' in settings ? settings.method : settings.sampler
  const entry = (of === 'inpaint' ? inpainters : samplers)[named]
  const each = of === 'inpaint' ? draft.fill.variations : draft.generate.count
  return (
    <Section title="Each cell">
      <NumberSlider
        label="Pictures"
        value={each}
        onChange={(n) => changeBase(of, of === 'inpaint' ? { variations: n } : { count: n })}
        min={1}
        max={64}
        scale="log"
        marks={[1, 4, 16, 64]}
        help="Of the seed and the next ones, the same in every cell. More tell better how good a sampler is."
        defaultValue={1}
      />
      {varied.has('spacing') ? null : (
        <SpacingField
          value={settings.spacing}
          onChange={(spacing) => changeBase(of, { spacing })}
          defaultValue={of === 'inpaint' ? emptyDraft.fill.spacing : emptyDraft.generate.spacing}
          only={varied.has(of === 'inpaint' ? 'method' : 'sampler') ? undefined : entry?.spacing}
        />
      )}
      {varied.has('device') ? null : (
        <SelectField
          label="Device"
          value={settings.device}
          options={deviceOptions(devices, settings.device)}
          onChange={(device) => changeBase(of, { device: device as GenerateRequest['device'] })}
          help="Where the model runs."
          defaultValue="auto"
        />
      )}
      <Toggle
        label="Record the trajectories"
        help="Keeps the estimate, the score and the step size of every step, for the scrubber and the charts."
        checked={draft.record}
        onChange={(record) => change({ record })}
      />
    </Section>
  )
}
