import { useId } from 'react'
import { Combobox, useCombobox } from '@mantine/core'
import { IconCheck, IconSelector } from '@tabler/icons-react'
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

/** A list to choose from, with a note and a line of explanation an option. Enter or an arrow opens it, Escape closes it. */
export function SelectField(props: SelectFieldProps) {
  const { label, value, options, onChange, help, defaultValue, bare = false, placeholder = 'Choose…', disabled = false } = props
  const id = useId()
  const combobox = useCombobox({
    onDropdownOpen: (source) =>
      source === 'keyboard' ? combobox.selectActiveOption() : combobox.updateSelectedOptionIndex('active'),
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
      classNames={{ dropdown: styles.dropdown ?? '', option: styles.option ?? '' }}
      middlewares={{ flip: true, shift: true }}
    >
      <span id={`${id}-name`} className="unseen">
        {label}
      </span>
      <Combobox.Target targetType="button">
        <button
          id={id}
          type="button"
          className={styles.select}
          disabled={disabled}
          aria-labelledby={`${id}-name ${id}`}
          onClick={() => combobox.toggleDropdown()}
          onMouseEnter={bare ? () => setHelp(help ?? '') : undefined}
          onMouseLeave={bare ? () => setHelp('') : undefined}
        >
          <span className={styles.value}>
            {chosen?.label ?? placeholder}
            {chosen?.note === undefined ? null : <small> · {chosen.note}</small>}
          </span>
          {chosen?.badge === undefined ? null : <span className={styles.badge}> {chosen.badge}</span>}
          <IconSelector aria-hidden />
        </button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options aria-label={label} className={styles.options ?? ''}>
          {options.map((option) => (
            <Combobox.Option
              key={option.value}
              value={option.value}
              active={option.value === value}
              disabled={option.disabled ?? false}
            >
              <IconCheck aria-hidden className={option.value === value ? styles.check : styles.noCheck} />
              <span className={styles.text}>
                <span>
                  {option.label}
                  {option.note === undefined ? null : <small> · {option.note}</small>}
                  {option.badge === undefined ? null : <span className={styles.badge}>{option.badge}</span>}
                </span>
                {option.help === undefined ? null : <span className={styles.help}>{option.help}</span>}
              </span>
            </Combobox.Option>
          ))}
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

function resetLabel(options: readonly SelectOption[], value: string | undefined): { resetTo?: string } {
  const label = options.find((option) => option.value === value)?.label
  return label === undefined ? {} : { resetTo: label }
}
