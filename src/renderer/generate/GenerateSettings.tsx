import { samplers } from '../../core/index.ts'
import type { GenerateRequest } from '../../shared/request.ts'
import { useWords, words } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
import { bytes, fixed, plain } from '../state/format.ts'
import {
  change,
  changeOwn,
  defaultSettings,
  drawingModels,
  generateStore,
  modelChange,
  requestOf,
  useGenerate,
  type DrawingModel,
} from '../state/generate.ts'
import { has, isAdaptive, isPlain, modelTraits, samplerOptions } from '../state/methods.ts'
import { useApp } from '../state/store.ts'
import { CallsField } from '../ui/CallsField.tsx'
import { NumberSlider } from '../ui/NumberSlider.tsx'
import { Section } from '../ui/Section.tsx'
import { SeedField } from '../ui/SeedField.tsx'
import { SettingFields } from '../ui/SettingFields.tsx'
import { SelectField, type SelectOption } from '../ui/SelectField.tsx'
import { Toggle } from '../ui/Toggle.tsx'
import { AdvancedSettings } from './AdvancedSettings.tsx'
import { PresetField } from './PresetField.tsx'
import { planRun } from './plan.ts'

const stepMarks = [5, 10, 20, 50, 100, 250, 1000]
const etaMarks = [0, 0.2, 0.5, 0.75, 1]

export function GenerateSettings({ model }: { readonly model: DrawingModel }) {
  const t = useWords().generate.settings
  const models = useApp((state) => state.models)
  const stored = useGenerate((state) => state.settings)
  const locked = useGenerate((state) => state.seedLocked)
  // What is drawn is what would be sent, not what was once chosen for another sampler.
  const settings = requestOf(stored, model)
  const entry = samplers[settings.sampler]
  const traits = modelTraits(model.card)
  const most = Math.min(1000, traits.levels)
  const own = entry?.settings ?? []
  return (
    <>
      <Section title={t.model}>
        <SelectField
          bare
          label={t.model}
          value={model.id}
          options={drawingModels(models).map(modelOption)}
          onChange={(id) => {
            const to = drawingModels(models).find((one) => one.id === id)
            if (to !== undefined) change(modelChange(settings, model, to))
          }}
          help={qualityOf(model) ?? t.trainedOn(said(model.card.provenance.trainedOn))}
        />
      </Section>
      <PresetField model={model} />
      <Section title={t.sampler}>
        <SelectField
          bare
          label={t.sampler}
          value={settings.sampler}
          options={samplerOptions(Object.values(samplers), traits)}
          onChange={(sampler) => change({ sampler })}
          help={said(entry?.help ?? '')}
        />
        {isAdaptive(entry) ? null : <ByCalls settings={settings} model={model} />}
        {isAdaptive(entry) || settings.nfe !== undefined ? null : (
          <NumberSlider
            label={t.steps}
            value={settings.steps}
            onChange={(steps) => change({ steps })}
            min={1}
            max={most}
            scale="log"
            marks={stepMarks.filter((mark) => mark <= most)}
            help={t.stepsHelp}
            defaultValue={Math.min(defaultSettings.steps, most)}
          />
        )}
        {has(entry, 'eta') ? (
          <NumberSlider
            label={t.eta}
            value={settings.eta}
            onChange={(eta) => change({ eta })}
            min={0}
            max={1}
            step={0.01}
            marks={etaMarks}
            format={(value) => fixed(value, 2)}
            formatMark={(value) => plain(value).replace(/^0\./, '.')}
            help={t.etaHelp}
            defaultValue={defaultSettings.eta}
          />
        ) : null}
        {has(entry, 'variance') ? <VarianceField model={model} value={settings.variance} /> : null}
        <SettingFields settings={own.filter(isPlain)} values={settings.settings} onChange={changeOwn} />
        <NumberSlider
          label={t.pictures}
          value={settings.count}
          onChange={(count) => change({ count })}
          min={1}
          max={10_000}
          scale="log"
          help={t.picturesHelp}
          defaultValue={defaultSettings.count}
        />
      </Section>
      <SeedField
        value={settings.seed}
        onChange={(seed) => change({ seed })}
        locked={locked}
        onLock={(seedLocked) => generateStore.setState({ seedLocked })}
      />
      <AdvancedSettings settings={settings} entry={entry} />
    </>
  )
}

/** Steps follow from what a picture may cost: samplers can be compared at the same cost, though some call the model twice a step. */
function ByCalls({ settings, model }: { readonly settings: GenerateRequest; readonly model: DrawingModel }) {
  const { generate, common } = useWords()
  const t = generate.settings
  const { nfe, steps } = settings
  const now = planRun(settings, model.card)
  const cost = 'problem' in now ? steps : now.callsEach
  return (
    <>
      <Toggle
        label={t.byCalls}
        checked={nfe !== undefined}
        onChange={(byCalls) => change(byCalls ? { nfe: cost } : { nfe: undefined, steps })}
        help={t.byCallsHelp}
      />
      {nfe === undefined ? null : (
        <CallsField
          calls={nfe}
          onChange={(calls) => change({ nfe: calls })}
          defaultValue={defaultSettings.steps}
          help={t.callsHelp}
          bought={'problem' in now ? '' : common.calls.steps(steps)}
        />
      )}
    </>
  )
}

function VarianceField({ model, value }: { readonly model: DrawingModel; readonly value: GenerateRequest['variance'] }) {
  const t = useWords().generate.settings
  const learned = model.card.output.variance !== 'none'
  const options: readonly SelectOption[] = [
    { value: 'small', label: t.small, help: t.smallHelp },
    { value: 'large', label: t.large, help: t.largeHelp },
    {
      value: 'learned',
      label: t.learned,
      help: learned ? t.learnedHelp : t.notLearned,
      disabled: !learned,
    },
  ]
  return (
    <SelectField
      label={t.variance}
      value={value === 'small-log' ? 'small' : value}
      options={options}
      onChange={(next) => change({ variance: next as GenerateRequest['variance'] })}
      help={t.varianceHelp}
      defaultValue={defaultSettings.variance}
    />
  )
}

/** One measured sentence of its card. */
const qualityOf = ({ card }: DrawingModel): string | undefined =>
  card.provenance.quality === undefined ? undefined : said(card.provenance.quality)

export function modelOption(model: DrawingModel): SelectOption {
  const t = words().generate.settings
  const { id, card, bytes: size } = model
  const { image, provenance } = card
  const shape = 'width' in image.size ? `${image.size.width} × ${image.size.height}` : t.sizes(image.size.min, image.size.max)
  return {
    value: id,
    label: said(card.name),
    note: shape,
    help: `${bytes(size)}, ${image.channels === 1 ? t.grey : t.colour}, ${said(provenance.licence)}. ${qualityOf(model) ?? ''}`,
    badge: provenance.state === 'preview' ? t.preview : undefined,
  }
}
