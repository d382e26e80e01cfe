import { useMemo } from 'react'
import { inpainters } from '../../core/index.ts'
import type { ModelSummary } from '../../shared/api.ts'
import { type Messages, useWords } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
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

type Words = Messages['inpaint']

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
  const t = useWords().inpaint.inspector
  const draft = useInpaint((state) => state.draft)
  return (
    <>
      {open === null ? null : <MaskList editor={open.editor} />}
      <Section title={t.model}>
        <ModelField draft={draft} />
        {open !== null && model?.card?.image.channels === 1 ? <GreyModel draft={draft} open={open} refusal={refusal} /> : null}
      </Section>
      <Section title={t.method}>
        <MethodFields draft={draft} model={model} refusal={refusal} plan={plan} done={done} counting={counting} />
      </Section>
      <BeginningFields draft={draft} model={model} />
      <SeedField
        value={draft.seed}
        onChange={(seed) => changeDraft({ seed })}
        locked={draft.seedLocked}
        onLock={(seedLocked) => changeDraft({ seedLocked })}
        help={t.seedHelp}
      />
      <BlendFields draft={draft} />
      <AdvancedFields draft={draft} model={model} />
    </>
  )
}

function ModelField({ draft }: { readonly draft: Draft }) {
  const t = useWords().inpaint.inspector
  const models = useApp((state) => state.models)
  const options = useMemo(() => (models ?? []).filter(isDenoiser).map((model) => modelOption(model, t)), [models, t])
  return (
    <SelectField
      bare
      label={t.model}
      value={draft.model === '' ? null : draft.model}
      options={options}
      onChange={(id) => changeDraft({ model: id })}
      placeholder={models === null ? t.modelsLooking : t.modelChoose}
      help={t.modelHelp}
    />
  )
}

function isDenoiser({ card }: ModelSummary): boolean {
  return card === null || card.task === 'denoiser'
}

function modelOption({ id, card, problem, bytes: size }: ModelSummary, t: Words['inspector']): SelectOption {
  if (card === null) return { value: id, label: id, help: problem ?? undefined, disabled: true }
  const { size: side, channels } = card.image
  const shape = 'width' in side ? `${side.width} × ${side.height}` : t.modelSizes(side.min, side.max)
  return {
    value: id,
    label: said(card.name),
    note: shape,
    help: t.modelFacts(channels !== 1, bytes(size), said(card.provenance.licence)),
    badge: card.provenance.state === 'preview' ? t.preview : undefined,
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
  const t = useWords().inpaint.inspector
  return (
    <>
      {refusal?.kind === 'grey' ? <p className={styles.refusal}>{refusal.message}</p> : null}
      {open.photo.info.coloured ? (
        <Toggle label={t.asGrey} checked={draft.asGrey} onChange={(asGrey) => changeDraft({ asGrey })} help={t.asGreyHelp} />
      ) : null}
      <Toggle
        label={t.darkInk}
        checked={draft.invert ?? open.light}
        onChange={(invert) => changeDraft({ invert })}
        help={t.darkInkHelp}
      />
    </>
  )
}

function BlendFields({ draft }: { readonly draft: Draft }) {
  const t = useWords().inpaint.blend
  const { blend } = draft
  const change = (changes: Partial<Draft['blend']>) => changeDraft({ blend: { ...blend, ...changes } })
  return (
    <Section title={t.title} foldable>
      <NumberSlider
        label={t.padding}
        unit="px"
        value={blend.padding}
        onChange={(padding) => change({ padding })}
        min={0}
        max={512}
        defaultValue={firstDraft.blend.padding}
        help={t.paddingHelp}
      />
      <NumberSlider
        label={t.grow}
        unit="px"
        value={blend.grow}
        onChange={(grow) => change({ grow })}
        min={0}
        max={100}
        defaultValue={firstDraft.blend.grow}
        help={t.growHelp}
      />
      <NumberSlider
        label={t.feather}
        unit="px"
        value={blend.feather}
        onChange={(feather) => change({ feather })}
        min={0}
        max={100}
        defaultValue={firstDraft.blend.feather}
        help={t.featherHelp}
      />
      <Segmented
        label={t.side}
        value={blend.side}
        options={[
          { value: 'outward', label: t.sides.outward },
          { value: 'inside', label: t.sides.inside },
        ]}
        onChange={(side) => change({ side })}
        help={t.sideHelp}
      />
      <GrainField draft={draft} />
    </Section>
  )
}

/** A fill that keeps the grey takes all its detail from the photograph, grain too. */
const takesFinish = (draft: Draft) => inpainters[draft.method]?.keepsGrey !== true
const changeFinish = (draft: Draft, changes: Partial<Draft['finish']>) => changeDraft({ finish: { ...draft.finish, ...changes } })

function GrainField({ draft }: { readonly draft: Draft }) {
  const t = useWords().inpaint.blend
  const given = useGivenGrain()
  if (!takesFinish(draft)) return null
  return (
    <NumberSlider
      label={t.grain}
      unit="%"
      value={Math.round(draft.finish.grain * 100)}
      onChange={(percent) => changeFinish(draft, { grain: percent / 100 })}
      min={0}
      max={200}
      step={5}
      defaultValue={firstDraft.finish.grain * 100}
      help={given === undefined ? t.grainHelp : `${t.grainHelp} ${t.grainGiven(given)}`}
    />
  )
}

function SeamField({ draft }: { readonly draft: Draft }) {
  const t = useWords().inpaint.blend
  if (!takesFinish(draft)) return null
  return (
    <SelectField
      label={t.seam}
      value={draft.finish.seam}
      defaultValue={firstDraft.finish.seam}
      options={seams.map((value) => ({ value, ...t.seams[value] }))}
      onChange={(seam) => changeFinish(draft, { seam: seam as Draft['finish']['seam'] })}
      help={t.seamHelp}
    />
  )
}

const seams = ['plain', 'colour', 'membrane'] as const

/** Levels that the fill which is looked at was given; undefined while there is none. */
function useGivenGrain(): number | undefined {
  const picked = useInpaint((state) => state.picked)
  return useApp((state) => (picked === null ? undefined : state.jobs[picked.job]?.images[picked.image]?.grain))
}

function AdvancedFields({ draft, model }: { readonly draft: Draft; readonly model: ModelSummary | undefined }) {
  const t = useWords().inpaint.inspector
  const devices = useApp((state) => state.devices)
  const learned = model?.card?.task === 'denoiser' && model.card.output.variance !== 'none'
  const entry = inpainters[draft.method]
  const variances: readonly SelectOption[] = [
    { value: 'small', label: t.variances.small },
    { value: 'large', label: t.variances.large },
    { value: 'learned', label: t.variances.learned, disabled: !learned, help: learned ? undefined : t.varianceUnlearned },
  ]
  return (
    <Section title={t.advanced} foldable folded>
      <SelectField
        label={t.device}
        value={draft.device}
        options={[
          { value: 'auto', label: t.deviceAuto },
          ...(devices ?? []).map(({ device, available, name, reason }) => ({
            value: device,
            label: deviceLabel(device),
            note: name,
            help: reason === undefined ? undefined : said(reason),
            disabled: !available,
          })),
        ]}
        onChange={(device) => changeDraft({ device: device as Draft['device'] })}
        help={t.deviceHelp}
      />
      <SettingFields
        settings={(entry?.settings ?? []).filter(isAdvanced)}
        values={ownSettings(entry, draft.settings)}
        onChange={changeOwn}
      />
      <SeamField draft={draft} />
      {has(entry, 'variance') ? (
        <SelectField
          label={t.variance}
          value={draft.variance}
          defaultValue={firstDraft.variance}
          options={variances}
          onChange={(variance) => changeDraft({ variance: variance as Draft['variance'] })}
          help={t.varianceHelp}
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
          label={t.batch}
          value={draft.batch}
          onChange={(batch) => changeDraft({ batch })}
          min={1}
          max={16}
          defaultValue={firstDraft.batch}
          help={t.batchHelp}
        />
      )}
      <Toggle label={t.trace} help={t.traceHelp} checked={draft.trace} onChange={(trace) => changeDraft({ trace })} />
    </Section>
  )
}
