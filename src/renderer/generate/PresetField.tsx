import { useState } from 'react'
import { IconBookmarkPlus, IconTrash } from '@tabler/icons-react'
import { useWords, type Messages } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
import { drawingModels, requestOf, useGenerate, type DrawingModel } from '../state/generate.ts'
import {
  applyPreset,
  asPreset,
  forgetPreset,
  keepPreset,
  modelFor,
  presetOf,
  presets,
  useOwnPresets,
  type OwnPreset,
  type Preset,
  type PresetName,
} from '../state/presets.ts'
import { notify, useApp } from '../state/store.ts'
import { Button, IconButton } from '../ui/Button.tsx'
import { Popover } from '../ui/Popover.tsx'
import { Section } from '../ui/Section.tsx'
import { SelectField, type SelectOption } from '../ui/SelectField.tsx'
import styles from './PresetField.module.css'

type Words = Messages['generate']['presets']

/** A whole set of settings by its name, and the way to keep one's own. */
export function PresetField({ model }: { readonly model: DrawingModel }) {
  const t = useWords().generate.presets
  const models = drawingModels(useApp((state) => state.models))
  const stored = useGenerate((state) => state.settings)
  const own = useOwnPresets()
  const all = [...own.map(asPreset), ...presets]
  const chosen = presetOf(all, stored, model)
  const kept = chosen?.group === 'own' ? own.find((one) => asPreset(one).id === chosen.id) : undefined
  const pick = (id: string) => {
    const preset = all.find((one) => one.id === id)
    const on = preset === undefined ? undefined : modelFor(preset, model, models)
    if (preset !== undefined && on !== undefined) applyPreset(preset, on)
  }
  return (
    <Section
      title={t.title}
      right={
        <span className={styles.tools}>
          {kept === undefined ? null : <Forget preset={kept} t={t} />}
          <Popover
            label={t.keep}
            position="bottom-end"
            target={(target) => (
              <IconButton size="small" label={t.keep} {...target}>
                <IconBookmarkPlus aria-hidden />
              </IconButton>
            )}
          >
            {(close) => <Keep own={own} model={model} onDone={close} />}
          </Popover>
        </span>
      }
    >
      <SelectField
        bare
        label={t.title}
        value={chosen?.id ?? null}
        placeholder={t.none}
        help={t.help}
        options={all.map((preset) => optionOf(preset, modelFor(preset, model, models), model, t))}
        onChange={pick}
      />
    </Section>
  )
}

/** One that no model here is made for stays in sight; one for another model says which it would take. */
function optionOf(preset: Preset, on: DrawingModel | undefined, model: DrawingModel, t: Words): SelectOption {
  const [label = '', about = ''] = preset.group === 'own' ? [preset.id.slice('own:'.length)] : t.names[preset.id as PresetName]
  const other = on === undefined || on.id === model.id ? '' : t.withModel(said(on.card.name))
  const help = on === undefined ? t.noModel : [about, other].filter((part) => part !== '').join(' ')
  return { value: preset.id, label, group: t[preset.group], disabled: on === undefined, ...(help === '' ? {} : { help }) }
}

function Forget({ preset, t }: { readonly preset: OwnPreset; readonly t: Words }) {
  const forget = () => {
    const back = forgetPreset(preset.name)
    notify(t.forgotten(preset.name), 'info', { label: t.undo, run: back })
  }
  return (
    <IconButton size="small" label={t.forget(preset.name)} onClick={forget}>
      <IconTrash aria-hidden />
    </IconButton>
  )
}

function Keep(props: { readonly own: readonly OwnPreset[]; readonly model: DrawingModel; readonly onDone: () => void }) {
  const { own, model, onDone } = props
  const t = useWords().generate.presets
  const stored = useGenerate((state) => state.settings)
  const [name, setName] = useState('')
  const wanted = name.trim()
  return (
    <form
      className={styles.keep}
      onSubmit={(event) => {
        event.preventDefault()
        if (wanted === '') return
        keepPreset(wanted, requestOf(stored, model))
        onDone()
      }}
    >
      <label className={styles.name}>
        <span>{t.name}</span>
        <input value={name} maxLength={60} data-autofocus onChange={(event) => setName(event.target.value)} />
      </label>
      {own.some((one) => one.name === wanted) ? <p className={styles.note}>{t.replaces}</p> : null}
      <Button kind="primary" type="submit" disabled={wanted === ''}>
        {t.save}
      </Button>
    </form>
  )
}
