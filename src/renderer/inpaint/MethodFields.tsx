import { inpainters } from '../../core/index.ts'
import type { Transition } from '../../core/types.ts'
import type { ModelSummary } from '../../shared/api.ts'
import { useWords } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
import { fixed } from '../state/format.ts'
import { setHelp } from '../state/frame.ts'
import { has, inpainterOptions, isPlain, modelTraits, ownSettings } from '../state/methods.ts'
import { CallsField, NumberSlider, Segmented, SelectField, SettingFields, Toggle } from '../ui/index.ts'
import { beginningOf, type Draft, firstDraft, mostLevels, ofPace, paceOf, paces, type Refusal, type Walked } from './draft.ts'
import styles from './Inspector.module.css'
import { changeDraft, changeOwn } from './session.ts'
import { Zigzag } from './Zigzag.tsx'

/** What the draft comes to, before it is run. */
export interface MethodPlan {
  readonly walked: Walked
  readonly walk: readonly Transition[]
  /** What is asked of the walk and not in it. */
  readonly remark: string | undefined
  readonly calls: number
}

interface MethodFieldsProps {
  readonly draft: Draft
  readonly model: ModelSummary | undefined
  readonly refusal: Refusal | undefined
  readonly plan: MethodPlan
  readonly done: number | null
  readonly counting: number | null
}

/** The way to fill, and how much of it: by levels and jumps, or by the model calls it may cost. */
export function MethodFields({ draft, model, refusal, plan, done, counting }: MethodFieldsProps) {
  const t = useWords().inpaint
  const entry = inpainters[draft.method]
  const traits = model?.card?.task === 'denoiser' ? modelTraits(model.card) : null
  return (
    <>
      <SelectField
        bare
        label={t.inspector.method}
        value={draft.method}
        options={inpainterOptions(Object.values(inpainters), traits)}
        onChange={(name) => changeDraft({ method: name })}
        help={entry?.paper ?? ''}
      />
      {refusal?.kind === 'method' ? (
        <p className={styles.refusal}>{refusal.message}</p>
      ) : (
        <p className={styles.about}>{said(entry?.help ?? '')}</p>
      )}
      <Toggle
        label={t.method.byCalls}
        checked={draft.byCalls}
        onChange={(byCalls) => changeDraft({ byCalls })}
        help={t.method.byCallsHelp}
      />
      {draft.byCalls ? <CallsFields draft={draft} walked={plan.walked} /> : <PaceFields draft={draft} most={mostLevels(model)} />}
      {has(entry, 'eta') ? (
        <NumberSlider
          label={t.method.eta}
          value={draft.eta}
          onChange={(eta) => changeDraft({ eta })}
          min={0}
          max={1}
          step={0.01}
          format={(value) => fixed(value, 2)}
          defaultValue={beginningOf(draft.method).eta}
          help={t.method.etaHelp}
        />
      ) : null}
      <SettingFields
        settings={(entry?.settings ?? []).filter(isPlain)}
        values={ownSettings(entry, draft.settings)}
        onChange={changeOwn}
      />
      <Zigzag walk={plan.walk} calls={plan.calls} done={done} />
      {plan.remark === undefined ? null : <p className={styles.about}>{said(plan.remark)}</p>}
      <NumberSlider
        label={t.method.variations}
        value={draft.variations}
        onChange={(variations) => changeDraft({ variations, batch: Math.min(variations, 4) })}
        min={1}
        max={16}
        defaultValue={firstDraft.variations}
        help={entry?.together === true ? t.method.competingHelp : t.method.variationsHelp}
      />
      {entry?.together === true ? <Counting size={counting} of={draft.variations} /> : null}
    </>
  )
}

function PaceFields({ draft, most }: { readonly draft: Draft; readonly most: number }) {
  const t = useWords().inpaint.method
  const entry = inpainters[draft.method]
  return (
    <>
      <Segmented
        label={t.pace}
        value={paceOf(draft)}
        options={paces.map(({ value, steps }) => ({ value, label: t.paces[value], disabled: steps > most }))}
        onChange={(value) => {
          const chosen = paces.find((one) => one.value === value)
          if (chosen !== undefined) changeDraft(ofPace(chosen))
        }}
        help={t.paceHelp}
      />
      <NumberSlider
        label={t.levels}
        value={Math.min(draft.steps, most)}
        onChange={(value) => changeDraft({ steps: value })}
        min={1}
        max={most}
        scale="log"
        defaultValue={Math.min(firstDraft.steps, most)}
        help={t.levelsHelp}
      />
      {has(entry, 'jumpLength') ? (
        <NumberSlider
          label={t.jumpLength}
          value={draft.jumpLength}
          onChange={(value) => changeDraft({ jumpLength: value })}
          min={1}
          max={100}
          scale="log"
          defaultValue={firstDraft.jumpLength}
          help={t.jumpLengthHelp}
        />
      ) : null}
      {has(entry, 'resamples') ? (
        <NumberSlider
          label={t.resamples}
          value={draft.resamples}
          onChange={(value) => changeDraft({ resamples: value })}
          min={1}
          max={30}
          defaultValue={firstDraft.resamples}
          help={t.resamplesHelp}
        />
      ) : null}
    </>
  )
}

/** The budget, and what it buys. */
function CallsFields({ draft, walked }: { readonly draft: Draft; readonly walked: Walked }) {
  const entry = inpainters[draft.method]
  const t = useWords().inpaint.method
  const jumpLength = has(entry, 'jumpLength') ? walked.jumpLength : undefined
  const resamples = has(entry, 'resamples') ? walked.resamples : undefined
  return (
    <CallsField
      calls={draft.calls}
      onChange={(calls) => changeDraft({ calls })}
      defaultValue={firstDraft.calls}
      help={t.callsHelp}
      bought={t.bought(walked.steps, jumpLength, resamples)}
    />
  )
}

/** Of particles that compete: how many the weights still leave in play. */
function Counting({ size, of }: { readonly size: number | null; readonly of: number }) {
  const t = useWords().inpaint.method
  const words = size === null ? '—' : t.countingOf(size, of)
  return (
    <div className={styles.counting} onMouseEnter={() => setHelp(t.countingHelp)} onMouseLeave={() => setHelp('')}>
      <span>
        {t.counting}
        <span className="unseen">. {t.countingHelp}</span>
      </span>
      <span className="mono">{words}</span>
      <span className={styles.bar} aria-hidden>
        <span style={{ width: `${((size ?? 0) / Math.max(1, of)) * 100}%` }} />
      </span>
    </div>
  )
}
