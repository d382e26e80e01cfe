import type { ModelSummary } from '../../shared/api.ts'
import { NumberSlider, Section, Segmented } from '../ui/index.ts'
import { beginning, type Draft, firstDraft, onlyFromNoise, strengthOf, whyOnce } from './draft.ts'
import styles from './Inspector.module.css'
import { changeDraft } from './session.ts'

const percent = (share: number) => Math.round(share * 100)

/** What the fill begins at, and whether a large one is gone over again at a larger scale. */
export function BeginningFields({ draft, model }: { readonly draft: Draft; readonly model: ModelSummary | undefined }) {
  const { start, strength, refine, refineStrength } = beginning(draft, model)
  const fromNoise = onlyFromNoise(draft.method)
  const once = whyOnce(draft.method, model)
  return (
    <Section title="Start and refine" foldable folded={draft.start === null && draft.refine === firstDraft.refine}>
      <Segmented
        label="Start from"
        value={start}
        options={[
          { value: 'noise', label: 'Noise' },
          { value: 'original', label: 'Original', disabled: fromNoise !== undefined },
          { value: 'quick', label: 'Quick fill', disabled: fromNoise !== undefined },
        ]}
        onChange={(to) => changeDraft({ start: to })}
        help={
          fromNoise ??
          'Noise: anything may come. Original: what is under the mask is changed. Quick fill: its surroundings, spread smoothly.'
        }
      />
      {start === 'noise' ? null : (
        <NumberSlider
          label="Strength"
          unit="%"
          value={percent(strength)}
          onChange={(value) => changeDraft({ strength: value / 100 })}
          min={5}
          max={100}
          step={5}
          defaultValue={percent(strengthOf(start, model))}
          help="How far it goes from there: little keeps its shapes and colours, 100 is as from noise."
        />
      )}
      <Segmented
        label="Refine"
        value={refine}
        options={[
          { value: 'off', label: 'Fill once' },
          { value: '2x', label: 'Refine 2×', disabled: once !== undefined },
          { value: 'full', label: 'To full size', disabled: once !== undefined },
        ]}
        onChange={(to) => changeDraft({ refine: to })}
        help={once ?? 'A large hole is filled small, then again sharper: once, or until it is at the photograph’s own scale.'}
      />
      {once === undefined || draft.refine === 'off' ? null : <p className={styles.about}>{once}</p>}
      {refine === 'off' ? null : (
        <NumberSlider
          label="Refine strength"
          unit="%"
          value={percent(refineStrength)}
          onChange={(value) => changeDraft({ refineStrength: value / 100 })}
          min={5}
          max={90}
          step={5}
          defaultValue={percent(firstDraft.refineStrength)}
          help="How much each pass may change of the smaller fill. Little only sharpens it."
        />
      )}
    </Section>
  )
}
