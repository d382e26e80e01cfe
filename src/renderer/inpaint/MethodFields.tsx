import { inpainters } from '../../core/index.ts'
import type { Transition } from '../../core/types.ts'
import type { ModelSummary } from '../../shared/api.ts'
import { counted } from '../state/format.ts'
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
  const entry = inpainters[draft.method]
  const traits = model?.card?.task === 'denoiser' ? modelTraits(model.card) : null
  return (
    <>
      <SelectField
        bare
        label="Method"
        value={draft.method}
        options={inpainterOptions(Object.values(inpainters), traits)}
        onChange={(name) => changeDraft({ method: name })}
        help={entry?.paper ?? ''}
      />
      {refusal?.kind === 'method' ? (
        <p className={styles.refusal}>{refusal.message}</p>
      ) : (
        <p className={styles.about}>{entry?.help}</p>
      )}
      <Toggle
        label="By model calls"
        checked={draft.byCalls}
        onChange={(byCalls) => changeDraft({ byCalls })}
        help="Say what the fill may cost; levels, jumps and resamples follow from it."
      />
      {draft.byCalls ? <CallsFields draft={draft} walked={plan.walked} /> : <PaceFields draft={draft} most={mostLevels(model)} />}
      {has(entry, 'eta') ? (
        <NumberSlider
          label="Eta"
          value={draft.eta}
          onChange={(eta) => changeDraft({ eta })}
          min={0}
          max={1}
          step={0.01}
          format={(value) => value.toFixed(2)}
          defaultValue={beginningOf(draft.method).eta}
          help="Fresh noise at each step: 0 none, the seed decides all; 1 nothing but fresh noise."
        />
      ) : null}
      <SettingFields
        settings={(entry?.settings ?? []).filter(isPlain)}
        values={ownSettings(entry, draft.settings)}
        onChange={changeOwn}
      />
      <Zigzag walk={plan.walk} calls={plan.calls} done={done} />
      {plan.remark === undefined ? null : <p className={styles.about}>{plan.remark}</p>}
      <NumberSlider
        label="Variations"
        value={draft.variations}
        onChange={(variations) => changeDraft({ variations, batch: Math.min(variations, 4) })}
        min={1}
        max={16}
        defaultValue={firstDraft.variations}
        help={
          entry?.together === true
            ? 'Fills of the one mask, which compete with one another.'
            : 'Fills of the one mask, to choose from.'
        }
      />
      {entry?.together === true ? <Counting size={counting} of={draft.variations} /> : null}
    </>
  )
}

function PaceFields({ draft, most }: { readonly draft: Draft; readonly most: number }) {
  const entry = inpainters[draft.method]
  return (
    <>
      <Segmented
        label="Pace"
        value={paceOf(draft)}
        options={paces.map((pace) => ({ ...pace, disabled: pace.steps > most }))}
        onChange={(value) => {
          const chosen = paces.find((one) => one.value === value)
          if (chosen !== undefined) changeDraft(ofPace(chosen))
        }}
        help="50, 100 or 250 levels by the method above, or RePaint as published: 250 levels, jumps of 10, 10 resamples."
      />
      <NumberSlider
        label="Levels"
        value={Math.min(draft.steps, most)}
        onChange={(value) => changeDraft({ steps: value })}
        min={1}
        max={most}
        scale="log"
        defaultValue={Math.min(firstDraft.steps, most)}
        help="Noise levels from all noise to none."
      />
      {has(entry, 'jumpLength') ? (
        <NumberSlider
          label="Jump length"
          value={draft.jumpLength}
          onChange={(value) => changeDraft({ jumpLength: value })}
          min={1}
          max={100}
          scale="log"
          defaultValue={firstDraft.jumpLength}
          help="How many levels it climbs back each time."
        />
      ) : null}
      {has(entry, 'resamples') ? (
        <NumberSlider
          label="Resamples"
          value={draft.resamples}
          onChange={(value) => changeDraft({ resamples: value })}
          min={1}
          max={30}
          defaultValue={firstDraft.resamples}
          help="How often each stretch is gone over: more of them, better seams, more time."
        />
      ) : null}
    </>
  )
}

/** The budget, and what it buys. */
function CallsFields({ draft, walked }: { readonly draft: Draft; readonly walked: Walked }) {
  const entry = inpainters[draft.method]
  const bought = [
    counted(walked.steps, 'level'),
    has(entry, 'jumpLength') ? `jumps of ${walked.jumpLength}` : '',
    has(entry, 'resamples') ? counted(walked.resamples, 'resample') : '',
  ]
  return (
    <CallsField
      calls={draft.calls}
      onChange={(calls) => changeDraft({ calls })}
      defaultValue={firstDraft.calls}
      help="At most this many for each window of each batch."
      bought={bought.filter((part) => part !== '').join(', ')}
    />
  )
}

const countingHelp =
  'How many of the competing fills still count while it runs: near 1, all are copies of one. More variations help.'

/** Of particles that compete: how many the weights still leave in play. */
function Counting({ size, of }: { readonly size: number | null; readonly of: number }) {
  const words = size === null ? '—' : `${size.toFixed(1)} of ${of}`
  return (
    <div className={styles.counting} onMouseEnter={() => setHelp(countingHelp)} onMouseLeave={() => setHelp('')}>
      <span>
        Effective sample size
        <span className="unseen">. {countingHelp}</span>
      </span>
      <span className="mono">{words}</span>
      <span className={styles.bar} aria-hidden>
        <span style={{ width: `${((size ?? 0) / Math.max(1, of)) * 100}%` }} />
      </span>
    </div>
  )
}
