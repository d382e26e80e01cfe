import { Popover as MantinePopover } from '@mantine/core'
import { type ReactElement, type ReactNode, useState } from 'react'
import styles from './Popover.module.css'

export interface PopoverProps {
  /** Read out when it opens. */
  readonly label: string
  readonly position: 'bottom-start' | 'bottom-end' | 'top-end' | 'right-start'
  /** `fit`: as wide as what is in it, within reason. `broad`: for lists with heads that reach its edges. */
  readonly size?: 'usual' | 'fit' | 'broad'
  /** Where what stands around it would cut it off. */
  readonly fixed?: boolean
  /** What opens it: a button that takes these. */
  readonly target: (props: { readonly 'aria-expanded': boolean; readonly onClick: () => void }) => ReactElement
  /** Drawn while it is open; `close` is for what one does once. */
  readonly children: (close: () => void) => ReactNode
}

/** A panel beside its button. It stays while one tries things in it; Escape and a click elsewhere close it, and the focus goes back. */
export function Popover({ label, position, size = 'usual', fixed = false, target, children }: PopoverProps) {
  const [shown, setShown] = useState(false)
  return (
    <MantinePopover
      opened={shown}
      onChange={setShown}
      position={position}
      offset={8}
      trapFocus
      withinPortal={false}
      floatingStrategy={fixed ? 'fixed' : 'absolute'}
      classNames={{ dropdown: styles.dropdown ?? '' }}
    >
      <MantinePopover.Target>{target({ 'aria-expanded': shown, onClick: () => setShown(!shown) })}</MantinePopover.Target>
      <MantinePopover.Dropdown aria-label={label} data-size={size}>
        {shown ? children(() => setShown(false)) : null}
      </MantinePopover.Dropdown>
    </MantinePopover>
  )
}
