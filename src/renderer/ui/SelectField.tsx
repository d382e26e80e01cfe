import { useId } from 'react'
import { Combobox, useCombobox } from '@mantine/core'
import { IconCheck, IconSelector } from '@tabler/icons-react'
import { useWords } from '../i18n/index.ts'
import { Field } from './Field.tsx'
import { setHelp } from '../state/frame.ts'
import styles from './SelectField.module.css'

export interface SelectOption {
  readonly value: string
  readonly label: string
  /** Smaller, after the label: "Song 2021", "28 × 28 · 3.6 MB". */
  readonly note?: string | undefined
  /** A second line in the list; for a refused option the reason. */
  readonly help?: string | undefined
  readonly badge?: string | undefined
  readonly disabled?: boolean
  /** Heading it stands under; options of one group follow each other. */
  readonly group?: string | undefined
}

export interface SelectFieldProps {
  readonly label: string
  readonly value: string | null
  readonly options: readonly SelectOption[]
  readonly onChange: (value: string) => void
  readonly help?: string
  readonly defaultValue?: string
  /** Without a visible label, across the whole width: for a Section that has the name already. */
  readonly bare?: boolean
  readonly placeholder?: string
  readonly disabled?: boolean
}

/** From here on a list is wider than its field, so that more of it is seen at once. */
const manyOptions = 8

/** A list to choose from, with a note and a line of explanation an option. Enter or an arrow opens it, Escape closes it. */
export function SelectField(props: SelectFieldProps) {
  const { label, value, options, onChange, help, defaultValue, bare = false, placeholder, disabled = false } = props
  const { common: t } = useWords()
  const id = useId()
  const combobox = useCombobox({
    onDropdownOpen: (source) =>
      source === 'keyboard'
        ? combobox.selectActiveOption()
        : combobox.updateSelectedOptionIndex('active', { scrollIntoView: true }),
    onDropdownClose: () => combobox.resetSelectedOption(),
  })
  const chosen = options.find((option) => option.value === value)
  const pick = (next: string) => {
    onChange(next)
    combobox.closeDropdown()
  }
  const control = (
    <Combobox
      store={combobox}
      onOptionSubmit={pick}
      offset={4}
      position="bottom-end"
      withinPortal={false}
      floatingStrategy="fixed"
      classNames={{
        dropdown: `${styles.dropdown} ${options.length > manyOptions ? styles.wide : ''}`,
        option: styles.option ?? '',
        groupLabel: styles.group ?? '',
      }}
      middlewares={{ flip: true, shift: true, size: { padding: 8 } }}
    >
      <span id={`${id}-name`} className="unseen">
        {label}
      </span>
      {/* As a combobox, since a button has no active descendant to read out. */}
      <Combobox.Target targetType="button" withExpandedAttribute>
        <button
          id={id}
          type="button"
          className={styles.select}
          disabled={disabled}
          aria-labelledby={`${id}-name`}
          title={chosen?.note === undefined ? undefined : `${chosen.label} · ${chosen.note}`}
          onClick={() => combobox.toggleDropdown()}
          onMouseEnter={bare ? () => setHelp(help ?? '') : undefined}
          onMouseLeave={bare ? () => setHelp('') : undefined}
        >
          <span className={styles.value}>
            {chosen?.label ?? placeholder ?? t.choose}
            {chosen?.note === undefined ? null : <small> · {chosen.note}</small>}
          </span>
          {chosen?.badge === undefined ? null : <span className={styles.badge}> {chosen.badge}</span>}
          <IconSelector aria-hidden />
        </button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options aria-label={label} className={styles.options ?? ''}>
          {groupsOf(options).map(({ group, members }) => {
            const items = members.map((option) => <Option key={option.value} option={option} chosen={option.value === value} />)
            return group === undefined ? (
              items
            ) : (
              <Combobox.Group key={group} label={group}>
                {items}
              </Combobox.Group>
            )
          })}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
  if (bare) return control
  const changed = defaultValue !== undefined && value !== defaultValue
  return (
    <Field
      label={label}
      htmlFor={id}
      help={help}
      onReset={changed ? () => onChange(defaultValue) : undefined}
      {...resetLabel(options, defaultValue)}
    >
      {control}
    </Field>
  )
}

function Option({ option, chosen }: { readonly option: SelectOption; readonly chosen: boolean }) {
  return (
    <Combobox.Option value={option.value} active={chosen} disabled={option.disabled ?? false}>
      <IconCheck aria-hidden className={chosen ? styles.check : styles.noCheck} />
      <span className={styles.text}>
        <span>
          {option.label}
          {option.note === undefined ? null : <small> · {option.note}</small>}
          {option.badge === undefined ? null : <span className={styles.badge}>{option.badge}</span>}
        </span>
        {option.help === undefined ? null : <span className={styles.help}>{option.help}</span>}
      </span>
    </Combobox.Option>
  )
}

/** Neighbours under one heading. */
function groupsOf(options: readonly SelectOption[]): readonly { group: string | undefined; members: readonly SelectOption[] }[] {
  const groups: { group: string | undefined; members: SelectOption[] }[] = []
  for (const option of options) {
    const last = groups.at(-1)
    if (last !== undefined && last.group === option.group) last.members.push(option)
    else groups.push({ group: option.group, members: [option] })
  }
  return groups
}

function resetLabel(options: readonly SelectOption[], value: string | undefined): { resetTo?: string } {
  const label = options.find((option) => option.value === value)?.label
  return label === undefined ? {} : { resetTo: label }
}
