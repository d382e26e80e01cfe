import { IconColorSwatch } from '@tabler/icons-react'
import { useId } from 'react'
import { IconButton, NumberSlider, Toggle } from '../ui/index.ts'
import { Popover } from '../ui/Popover.tsx'
import { type OverlayColour, overlayColours, setMaskTool, useMaskTools } from './mask-tools.ts'
import styles from './MaskMenu.module.css'

/** How the mask lies over the photograph: its colour, how much of the photograph shows through, its outline alone. */
export function OverlayMenu() {
  return (
    <Popover
      label="How the mask is shown"
      position="bottom-end"
      target={(props) => (
        <IconButton size="small" label="How the mask is shown" {...props}>
          <IconColorSwatch aria-hidden />
        </IconButton>
      )}
    >
      {() => <Looks />}
    </Popover>
  )
}

function Looks() {
  const opacity = useMaskTools('opacity')
  const edgesOnly = useMaskTools('edgesOnly')
  const feather = useMaskTools('feather')
  return (
    <div className={styles.looks}>
      <Colours />
      <NumberSlider
        label="Opacity"
        unit="%"
        value={Math.round(opacity * 100)}
        onChange={(percent) => setMaskTool({ opacity: percent / 100 })}
        min={5}
        max={100}
        disabled={edgesOnly}
      />
      <Toggle label="Edges only" checked={edgesOnly} onChange={(checked) => setMaskTool({ edgesOnly: checked })} />
      <Toggle label="Feather too" checked={feather} onChange={(checked) => setMaskTool({ feather: checked })} />
    </div>
  )
}

function Colours() {
  const name = useId()
  const chosen = useMaskTools('colour')
  return (
    <fieldset className={styles.colours}>
      <legend className="unseen">Colour of the mask</legend>
      {Object.entries(overlayColours).map(([id, colour]) => (
        <label key={id} className={styles.colour} title={words(id)}>
          <span className="unseen">{words(id)}</span>
          <input
            type="radio"
            name={name}
            value={id}
            checked={id === chosen}
            onChange={() => setMaskTool({ colour: id as OverlayColour })}
            style={{ '--swatch': `rgb(${colour?.join(', ') ?? 'var(--mask)'})` } as object}
          />
        </label>
      ))}
    </fieldset>
  )
}

function words(id: string): string {
  return `${id.charAt(0).toUpperCase()}${id.slice(1)}`
}
