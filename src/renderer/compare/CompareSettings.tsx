import { IconPhotoPlus } from '@tabler/icons-react'
import { inpainters, samplers } from '../../core/index.ts'
import type { GenerateRequest, InpaintSettings } from '../../shared/request.ts'
import { deviceOptions } from '../generate/AdvancedSettings.tsx'
import { modelOption } from '../generate/GenerateSettings.tsx'
import { useWords } from '../i18n/index.ts'
import { saidIn } from '../i18n/said.ts'
import { fixed, plain } from '../state/format.ts'
import { drawingModels, type DrawingModel } from '../state/generate.ts'
import { has, inpainterOptions, isAdaptive, modelTraits, ownSettings, samplerOptions } from '../state/methods.ts'
import { usePhotos } from '../state/photos.ts'
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
import { choosePhoto } from './photos.ts'
import { change, compareStore, useCompare, withModel } from './session.ts'
import styles from './CompareSettings.module.css'

const kinds: readonly Of[] = ['generate', 'inpaint', 'forward']

/** What is varied, and what all cells share. A field that is on an axis is not drawn: its values stand there. */
export function CompareSettings() {
  const t = useWords().compare
  const draft = useCompare((state) => state.draft)
  const models = drawingModels(useApp((state) => state.models))
  const { of } = draft
  const { photos, refresh } = usePhotos(of)
  const settings = settingsOf(withModel(draft))
  const model = models.find(({ id }) => id === settings.model)
  const varied = new Set(draft.axes[of].map(({ name }) => name))
  return (
    <>
      <Segmented
        label={t.kinds.label}
        value={of}
        options={kinds.map((kind) => ({ value: kind, label: t.kinds[kind] }))}
        onChange={(next) => change({ of: next })}
      />
      {varied.has('model') || model === undefined ? null : (
        <Section title={t.settings.model}>
          <SelectField
            bare
            label={t.settings.model}
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
          help={t.settings.seedHelp}
        />
      )}
      {of === 'forward' ? null : <More of={of} varied={varied} />}
      <Section title={t.empty.experiments} foldable folded>
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
  const t = useWords().compare.settings
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
    <Section title={fill ? t.method : t.sampler}>
      {varied.has(axis) ? (
        <p className={styles.note}>{t.methodVaried}</p>
      ) : (
        <SelectField
          bare
          label={fill ? t.method : t.sampler}
          value={named}
          options={fill ? inpainterOptions(Object.values(inpainters), traits) : samplerOptions(Object.values(samplers), traits)}
          onChange={(name) => set(fill ? { method: name, settings: {} } : { sampler: name, settings: {} })}
        />
      )}
      {varied.has('steps') || varied.has('nfe') || (isAdaptive(entry) && !varied.has(axis)) ? null : (
        <NumberSlider
          label={t.steps}
          value={settings.steps}
          onChange={(steps) => set({ steps })}
          min={1}
          max={1000}
          scale="log"
          marks={[5, 10, 20, 50, 100, 250, 1000]}
          help={t.stepsHelp}
        />
      )}
      {varied.has('eta') || !(has(entry, 'eta') || varied.has(axis)) ? null : (
        <NumberSlider
          label={t.eta}
          value={settings.eta}
          onChange={(eta) => set({ eta })}
          min={0}
          max={1}
          step={0.01}
          marks={[0, 0.2, 0.5, 0.75, 1]}
          formatMark={(value) => plain(value).replace(/^0(?=\D)/, '')}
          format={(value) => fixed(value, 2)}
          help={t.etaHelp}
        />
      )}
      {fill && !varied.has('resamples') && has(entry, 'resamples') ? (
        <NumberSlider
          label={t.resamples}
          value={draft.fill.resamples}
          onChange={(resamples) => set({ resamples })}
          min={1}
          max={30}
          help={t.resamplesHelp}
        />
      ) : null}
      {fill && !varied.has('jumpLength') && has(entry, 'jumpLength') ? (
        <NumberSlider
          label={t.jumpLength}
          value={draft.fill.jumpLength}
          onChange={(jumpLength) => set({ jumpLength })}
          min={1}
          max={100}
          scale="log"
          help={t.jumpLengthHelp}
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
  const { compare } = useWords()
  const t = compare.settings
  const { of, photo, mask, fill } = useCompare((state) => state.draft)
  return (
    <Section title={t.photo}>
      {varied.has('photo') ? (
        <p className={styles.note}>{t.photoVaried}</p>
      ) : (
        <SelectField
          bare
          label={t.photo}
          value={photo}
          placeholder={t.openPhoto}
          options={photos.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(id) => change({ photo: id })}
          disabled={photos.length === 0}
        />
      )}
      <Button size="small" icon={<IconPhotoPlus aria-hidden />} onClick={() => choosePhoto(onOpened)}>
        {t.open}
      </Button>
      {of === 'forward' || varied.has('mask') ? null : (
        <SelectField
          label={t.mask}
          value={mask}
          options={[
            { value: 'painted', label: t.painted, help: t.paintedHelp },
            ...maskPresetNames.map((name) => ({ value: name, label: saidIn(compare.sentences, name) })),
          ]}
          onChange={(name) => change({ mask: name })}
          help={t.maskHelp}
        />
      )}
      {of === 'forward' ? null : (
        <Toggle
          label={t.asGrey}
          help={t.asGreyHelp}
          checked={fill.asGrey}
          onChange={(asGrey) => change({ fill: { ...fill, asGrey } })}
        />
      )}
    </Section>
  )
}

function More({ of, varied }: { readonly of: Of; readonly varied: ReadonlySet<string> }) {
  const t = useWords().compare.settings
  const draft = useCompare((state) => state.draft)
  const devices = useApp((state) => state.devices)
  const settings = settingsOf(draft)
  const named = 'method' in settings ? settings.method : settings.sampler
  const entry = (of === 'inpaint' ? inpainters : samplers)[named]
  const each = of === 'inpaint' ? draft.fill.variations : draft.generate.count
  return (
    <Section title={t.eachCell}>
      <NumberSlider
        label={t.pictures}
        value={each}
        onChange={(n) => changeBase(of, of === 'inpaint' ? { variations: n } : { count: n })}
        min={1}
        max={64}
        scale="log"
        marks={[1, 4, 16, 64]}
        help={t.picturesHelp}
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
          label={t.device}
          value={settings.device}
          options={deviceOptions(devices, settings.device)}
          onChange={(device) => changeBase(of, { device: device as GenerateRequest['device'] })}
          help={t.deviceHelp}
          defaultValue="auto"
        />
      )}
      <Toggle label={t.record} help={t.recordHelp} checked={draft.record} onChange={(record) => change({ record })} />
    </Section>
  )
}
