import type { ModelSummary } from '../../shared/api.ts'
import { useWords } from '../i18n/index.ts'
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
  const t = useWords().inpaint.start
  return (
    <Section title={t.title} foldable folded={draft.start === null && draft.refine === firstDraft.refine}>
      <Segmented
        label={t.from}
        value={start}
        options={[
          { value: 'noise', label: t.froms.noise },
          { value: 'original', label: t.froms.original, disabled: fromNoise !== undefined },
          { value: 'quick', label: t.froms.quick, disabled: fromNoise !== undefined },
        ]}
        onChange={(to) => changeDraft({ start: to })}
        help={fromNoise ?? t.fromHelp}
      />
      {start === 'noise' ? null : (
        <NumberSlider
          label={t.strength}
          unit="%"
          value={percent(strength)}
          onChange={(value) => changeDraft({ strength: value / 100 })}
          min={5}
          max={100}
          step={5}
          defaultValue={percent(strengthOf(start, model))}
          help={t.strengthHelp}
        />
      )}
      <Segmented
        label={t.refine}
        value={refine}
        options={[
          { value: 'off', label: t.refines.off },
          { value: '2x', label: t.refines['2x'], disabled: once !== undefined },
          { value: 'full', label: t.refines.full, disabled: once !== undefined },
        ]}
        onChange={(to) => changeDraft({ refine: to })}
        help={once ?? t.refineHelp}
      />
      {once === undefined || draft.refine === 'off' ? null : <p className={styles.about}>{once}</p>}
      {refine === 'off' ? null : (
        <NumberSlider
          label={t.refineStrength}
          unit="%"
          value={percent(refineStrength)}
          onChange={(value) => changeDraft({ refineStrength: value / 100 })}
          min={5}
          max={90}
          step={5}
          defaultValue={percent(firstDraft.refineStrength)}
          help={t.refineStrengthHelp}
        />
      )}
    </Section>
  )
}
