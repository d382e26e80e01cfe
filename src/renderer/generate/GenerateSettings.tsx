import { samplers } from '../../core/index.ts'
import type { GenerateRequest } from '../../shared/request.ts'
import { bytes, counted } from '../state/format.ts'
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
import { planRun } from './plan.ts'

const stepMarks = [5, 10, 20, 50, 100, 250, 1000]
const etaMarks = [0, 0.2, 0.5, 0.75, 1]

export function GenerateSettings({ model }: { readonly model: DrawingModel }) {
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
      <Section title="Model">
        <SelectField
          bare
          label="Model"
          value={model.id}
          options={drawingModels(models).map(modelOption)}
          onChange={(id) => {
            const to = drawingModels(models).find((one) => one.id === id)
            if (to !== undefined) change(modelChange(settings, model, to))
          }}
          help={model.card.provenance.quality ?? `Trained on ${model.card.provenance.trainedOn}`}
        />
      </Section>
      <Section title="Sampler">
        <SelectField
          bare
          label="Sampler"
          value={settings.sampler}
          options={samplerOptions(Object.values(samplers), traits)}
          onChange={(sampler) => change({ sampler })}
          help={entry?.help ?? ''}
        />
        {isAdaptive(entry) ? null : <ByCalls settings={settings} model={model} />}
        {isAdaptive(entry) || settings.nfe !== undefined ? null : (
          <NumberSlider
            label="Steps"
            value={settings.steps}
            onChange={(steps) => change({ steps })}
            min={1}
            max={most}
            scale="log"
            marks={stepMarks.filter((mark) => mark <= most)}
            help="Noise levels from pure noise to the picture. The model calls they cost stand above the button."
            defaultValue={Math.min(defaultSettings.steps, most)}
          />
        )}
        {has(entry, 'eta') ? (
          <NumberSlider
            label="Eta"
            value={settings.eta}
            onChange={(eta) => change({ eta })}
            min={0}
            max={1}
            step={0.01}
            marks={etaMarks}
            format={(value) => value.toFixed(2)}
            formatMark={(value) => String(value).replace(/^0\./, '.')}
            help="Fresh noise at each step: 0 none, the seed decides all; 1 as much as DDPM."
            defaultValue={defaultSettings.eta}
          />
        ) : null}
        {has(entry, 'variance') ? <VarianceField model={model} value={settings.variance} /> : null}
        <SettingFields settings={own.filter(isPlain)} values={settings.settings} onChange={changeOwn} />
        <NumberSlider
          label="Pictures"
          value={settings.count}
          onChange={(count) => change({ count })}
          min={1}
          max={10_000}
          scale="log"
          help="How many; each has a seed of its own, counted up from the first."
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
  const { nfe, steps } = settings
  const now = planRun(settings, model.card)
  const cost = 'problem' in now ? steps : now.callsEach
  return (
    <>
      <Toggle
        label="By model calls"
        checked={nfe !== undefined}
        onChange={(byCalls) => change(byCalls ? { nfe: cost } : { nfe: undefined, steps })}
        help="Say what a picture may cost; the steps follow from it, whatever the sampler."
      />
      {nfe === undefined ? null : (
        <CallsField
          calls={nfe}
          onChange={(calls) => change({ nfe: calls })}
          defaultValue={defaultSettings.steps}
          help="At most this many for each picture."
          bought={'problem' in now ? '' : counted(steps, 'step')}
        />
      )}
    </>
  )
}

function VarianceField({ model, value }: { readonly model: DrawingModel; readonly value: GenerateRequest['variance'] }) {
  const learned = model.card.output.variance !== 'none'
  const options: readonly SelectOption[] = [
    { value: 'small', label: 'Small', help: 'The least that is right for one point: beta tilde.' },
    { value: 'large', label: 'Large', help: 'The most, right for data that is pure noise: beta.' },
    {
      value: 'learned',
      label: 'Learned',
      help: learned ? 'What the model says, between the two.' : 'This model was trained without it.',
      disabled: !learned,
    },
  ]
  return (
    <SelectField
      label="Variance"
      value={value === 'small-log' ? 'small' : value}
      options={options}
      onChange={(next) => change({ variance: next as GenerateRequest['variance'] })}
      help="How much noise a step adds back."
      defaultValue={defaultSettings.variance}
    />
  )
}

export function modelOption({ id, card, bytes: size }: DrawingModel): SelectOption {
  const { image, provenance } = card
  const shape = 'width' in image.size ? `${image.size.width} × ${image.size.height}` : `${image.size.min} to ${image.size.max} px`
  return {
    value: id,
    label: card.name,
    note: shape,
    help: `${bytes(size)}, ${image.channels === 1 ? 'grey' : 'colour'}, ${provenance.licence}. ${provenance.quality ?? ''}`,
    badge: provenance.state === 'preview' ? 'preview' : undefined,
  }
}
