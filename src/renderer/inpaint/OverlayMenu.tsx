import { IconColorSwatch } from '@tabler/icons-react'
import { useId } from 'react'
import { useWords } from '../i18n/index.ts'
import { IconButton, NumberSlider, Toggle } from '../ui/index.ts'
import { Popover } from '../ui/Popover.tsx'
import { type OverlayColour, overlayColours, setMaskTool, useMaskTools } from './mask-tools.ts'
import styles from './MaskMenu.module.css'

/** How the mask lies over the photograph: its colour, how much of the photograph shows through, its outline alone. */
export function OverlayMenu() {
  const t = useWords().inpaint.overlay
  return (
    <Popover
      label={t.label}
      position="bottom-end"
      target={(props) => (
        <IconButton size="small" label={t.label} {...props}>
          <IconColorSwatch aria-hidden />
        </IconButton>
      )}
    >
      {() => <Looks />}
    </Popover>
  )
}

function Looks() {
  const t = useWords().inpaint.overlay
  const opacity = useMaskTools('opacity')
  const edgesOnly = useMaskTools('edgesOnly')
  const feather = useMaskTools('feather')
  return (
    <div className={styles.looks}>
      <Colours />
      <NumberSlider
        label={t.opacity}
        unit="%"
        value={Math.round(opacity * 100)}
        onChange={(percent) => setMaskTool({ opacity: percent / 100 })}
        min={5}
        max={100}
        disabled={edgesOnly}
      />
      <Toggle label={t.edgesOnly} checked={edgesOnly} onChange={(checked) => setMaskTool({ edgesOnly: checked })} />
      <Toggle label={t.feather} checked={feather} onChange={(checked) => setMaskTool({ feather: checked })} />
    </div>
  )
}

function Colours() {
  const t = useWords().inpaint.overlay
  const name = useId()
  const chosen = useMaskTools('colour')
  return (
    <fieldset className={styles.colours}>
      <legend className="unseen">{t.colour}</legend>
      {Object.entries(overlayColours).map(([id, colour]) => (
        <label key={id} className={styles.colour} title={t.colours[id as OverlayColour]}>
          <span className="unseen">{t.colours[id as OverlayColour]}</span>
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
