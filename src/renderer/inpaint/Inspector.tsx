import { useMemo } from 'react'
import { inpainters } from '../../core/index.ts'
import type { ModelSummary } from '../../shared/api.ts'
import { bytes, deviceLabel } from '../state/format.ts'
import { has, isAdvanced, ownSettings } from '../state/methods.ts'
import { useApp } from '../state/store.ts'
import { NumberSlider, Section, SeedField, Segmented, SelectField, type SelectOption, SettingFields, Toggle } from '../ui/index.ts'
import { SpacingField, ThresholdFields } from '../ui/LevelFields.tsx'
import { BeginningFields } from './BeginningFields.tsx'
import { beginningOf, type Draft, firstDraft, type Refusal } from './draft.ts'
import styles from './Inspector.module.css'
import { MaskList } from './MaskList.tsx'
import { MethodFields, type MethodPlan } from './MethodFields.tsx'
import { changeDraft, changeOwn, type OpenPhoto, useInpaint } from './session.ts'

interface InspectorProps {
  readonly open: OpenPhoto | null
  readonly model: ModelSummary | undefined
  readonly refusal: Refusal | undefined
  readonly plan: MethodPlan
  /** 0..1 of the running fill, null while none runs. */
  readonly done: number | null
  /** Of the running fill's particles, how many still count. */
  readonly counting: number | null
}

/** What the fill is made with. Every control is a setting of the request; nothing is drawn that the method does not have. */
export function Inspector({ open, model, refusal, plan, done, counting }: InspectorProps) {
  const draft = useInpaint((state) => state.draft)
  return (
    <>
      {open === null ? null : <MaskList editor={open.editor} />}
      <Section title="Model">
        <ModelField draft={draft} />
        {open !== null && model?.card?.image.channels === 1 ? <GreyModel draft={draft} open={open} refusal={refusal} /> : null}
      </Section>
      <Section title="Method">
        <MethodFields draft={draft} model={model} refusal={refusal} plan={plan} done={done} counting={counting} />
      </Section>
      <BeginningFields draft={draft} model={model} />
      <SeedField
        value={draft.seed}
        onChange={(seed) => changeDraft({ seed })}
        locked={draft.seedLocked}
        onLock={(seedLocked) => changeDraft({ seedLocked })}
        help="Variation k uses seed + k. The same seed, mask and settings give the same fill."
      />
      <BlendFields draft={draft} />
      <AdvancedFields draft={draft} model={model} />
    </>
  )
}

function ModelField({ draft }: { readonly draft: Draft }) {
  const models = useApp((state) => state.models)
  const options = useMemo(() => (models ?? []).filter(isDenoiser).map(modelOption), [models])
  return (
    <SelectField
      bare
      label="Model"
      value={draft.model === '' ? null : draft.model}
      options={options}
      onChange={(id) => changeDraft({ model: id })}
      placeholder={models === null ? 'Looking for models…' : 'Choose a model'}
      help="What the network has seen decides what it can fill in."
    />
  )
}

function isDenoiser({ card }: ModelSummary): boolean {
  return card === null || card.task === 'denoiser'
}

function modelOption({ id, card, problem, bytes: size }: ModelSummary): SelectOption {
  if (card === null) return { value: id, label: id, help: problem ?? undefined, disabled: true }
  const { size: side, channels } = card.image
  const shape = 'width' in side ? `${side.width} × ${side.height}` : `${side.min} to ${side.max} px`
  return {
    value: id,
    label: card.name,
    note: shape,
    help: `${channels === 1 ? 'Grey' : 'Colour'}, ${bytes(size)}, ${card.provenance.licence}`,
    badge: card.provenance.state === 'preview' ? 'preview' : undefined,
  }
}

/** A one-channel model meets paper, ink and colour. */
function GreyModel({
  draft,
  open,
  refusal,
}: {
  readonly draft: Draft
  readonly open: OpenPhoto
  readonly refusal: Refusal | undefined
}) {
  return (
    <>
      {refusal?.kind === 'grey' ? <p className={styles.refusal}>{refusal.message}</p> : null}
      {open.photo.info.coloured ? (
        <Toggle
          label="As grey"
          checked={draft.asGrey}
          onChange={(asGrey) => changeDraft({ asGrey })}
          help="The saved picture is the photograph in grey, filled. The file you opened stays as it is."
        />
      ) : null}
      <Toggle
        label="Dark ink on light paper"
        checked={draft.invert ?? open.light}
        onChange={(invert) => changeDraft({ invert })}
        help="This model learned light strokes on a dark ground: the window is negated for it and the fill negated back."
      />
    </>
  )
}

function BlendFields({ draft }: { readonly draft: Draft }) {
  const { blend } = draft
  const change = (changes: Partial<Draft['blend']>) => changeDraft({ blend: { ...blend, ...changes } })
  return (
    <Section title="Blend" foldable>
      <NumberSlider
        label="Padding"
        unit="px"
        value={blend.padding}
        onChange={(padding) => change({ padding })}
        min={0}
        max={512}
        defaultValue={firstDraft.blend.padding}
        help="What the model sees of the photograph round the hole."
      />
      <NumberSlider
        label="Grow"
        unit="px"
        value={blend.grow}
        onChange={(grow) => change({ grow })}
        min={0}
        max={100}
        defaultValue={firstDraft.blend.grow}
        help="Widens the painted mask before anything else."
      />
      <NumberSlider
        label="Feather"
        unit="px"
        value={blend.feather}
        onChange={(feather) => change({ feather })}
        min={0}
        max={100}
        defaultValue={firstDraft.blend.feather}
        help="Over how many pixels fill and photograph are mixed. 0 is a hard edge."
      />
      <Segmented
        label="Feather side"
        value={blend.side}
        options={[
          { value: 'outward', label: 'Outward' },
          { value: 'inside', label: 'Inside only' },
        ]}
        onChange={(side) => change({ side })}
        help="Outward: everything painted is fill, the edge fades beyond it. Inside only: nothing unpainted is touched."
      />
      <GrainField draft={draft} />
    </Section>
  )
}

/** A fill that keeps the grey takes all its detail from the photograph, grain too. */
const takesFinish = (draft: Draft) => inpainters[draft.method]?.keepsGrey !== true
const changeFinish = (draft: Draft, changes: Partial<Draft['finish']>) => changeDraft({ finish: { ...draft.finish, ...changes } })

function GrainField({ draft }: { readonly draft: Draft }) {
  const given = useGivenGrain()
  if (!takesFinish(draft)) return null
  return (
    <NumberSlider
      label="Match grain"
      unit="%"
      value={Math.round(draft.finish.grain * 100)}
      onChange={(percent) => changeFinish(draft, { grain: percent / 100 })}
      min={0}
      max={200}
      step={5}
      defaultValue={firstDraft.finish.grain * 100}
      help={`Gives the fill the grain it lacks of the photograph round the hole; 0 leaves it smooth.${given}`}
    />
  )
}

function SeamField({ draft }: { readonly draft: Draft }) {
  if (!takesFinish(draft)) return null
  return (
    <SelectField
      label="Seam"
      value={draft.finish.seam}
      defaultValue={firstDraft.finish.seam}
      options={seams}
      onChange={(seam) => changeFinish(draft, { seam: seam as Draft['finish']['seam'] })}
      help="What the fill differs by from the photograph along its edge may be taken off it. Nothing outside the mask is touched."
    />
  )
}

const seams: readonly SelectOption[] = [
  { value: 'plain', label: 'Feather alone', help: 'The fill as the model made it.' },
  { value: 'colour', label: 'Match the colour', help: 'Each hole is shifted by one colour.' },
  { value: 'membrane', label: 'Spread the difference', help: 'The shift varies smoothly along the edge (Poisson blend).' },
]

/** Of the fill that is looked at, in words; empty while there is none. */
function useGivenGrain(): string {
  const picked = useInpaint((state) => state.picked)
  const grain = useApp((state) => (picked === null ? undefined : state.jobs[picked.job]?.images[picked.image]?.grain))
  if (grain === undefined) return ''
  return grain === 0 ? ' This fill was given none.' : ` This fill was given ${grain.toFixed(1)} levels.`
}

function AdvancedFields({ draft, model }: { readonly draft: Draft; readonly model: ModelSummary | undefined }) {
  const devices = useApp((state) => state.devices)
  const learned = model?.card?.task === 'denoiser' && model.card.output.variance !== 'none'
  const entry = inpainters[draft.method]
  const variances: readonly SelectOption[] = [
    { value: 'small', label: 'Small' },
    { value: 'large', label: 'Large' },
    { value: 'learned', label: 'Learned', disabled: !learned, help: learned ? undefined : 'This model was trained without it.' },
  ]
  return (
    <Section title="Advanced" foldable folded>
      <SelectField
        label="Device"
        value={draft.device}
        options={[
          { value: 'auto', label: 'Automatic' },
          ...(devices ?? []).map(({ device, available, name, reason }) => ({
            value: device,
            label: deviceLabel(device),
            note: name,
            help: reason,
            disabled: !available,
          })),
        ]}
        onChange={(device) => changeDraft({ device: device as Draft['device'] })}
        help="Where the model runs. Automatic takes the fastest that can start."
      />
      <SettingFields
        settings={(entry?.settings ?? []).filter(isAdvanced)}
        values={ownSettings(entry, draft.settings)}
        onChange={changeOwn}
      />
      <SeamField draft={draft} />
      {has(entry, 'variance') ? (
        <SelectField
          label="Variance"
          value={draft.variance}
          defaultValue={firstDraft.variance}
          options={variances}
          onChange={(variance) => changeDraft({ variance: variance as Draft['variance'] })}
          help="How much noise a step adds: the lower or the upper bound, or what the model learned."
        />
      ) : null}
      <SpacingField
        value={entry?.spacing ?? draft.spacing}
        onChange={(spacing) => changeDraft({ spacing })}
        defaultValue={beginningOf(draft.method).spacing}
        only={entry?.spacing}
      />
      <ThresholdFields
        value={draft.threshold}
        dynamic={draft.dynamic}
        usual={entry?.threshold ?? 'clip'}
        dynamicDefaults={firstDraft.dynamic}
        onChange={changeDraft}
      />
      {entry?.together === true ? null : (
        <NumberSlider
          label="Batch"
          value={draft.batch}
          onChange={(batch) => changeDraft({ batch })}
          min={1}
          max={16}
          defaultValue={firstDraft.batch}
          help="Variations that share a model call. Fewer take less memory."
        />
      )}
      <Toggle
        label="Record the trajectory"
        help="Keeps the estimate, the score and the step size of every step, to look at over the finished fill."
        checked={draft.trace}
        onChange={(trace) => changeDraft({ trace })}
      />
    </Section>
  )
}
