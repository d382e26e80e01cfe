import type { ReactNode } from 'react'
import {
  IconAdjustments,
  IconArrowBackUp,
  IconArrowsShuffle,
  IconBrush,
  IconClipboardText,
  IconColumns3,
  IconCopy,
  IconDownload,
  IconFileExport,
  IconFolder,
  IconLayoutBoard,
  IconPhoto,
  IconRefresh,
  IconTerminal2,
  IconTrash,
} from '@tabler/icons-react'
import type { LibraryDetail, LibraryPicture } from '../../shared/library.ts'
import { bridge, call } from '../state/client.ts'
import { attempt } from '../state/store.ts'
import { openInInpaint } from '../state/inpaint-door.ts'
import { Button } from '../ui/Button.tsx'
import {
  bringBack,
  copyPicture,
  copyText,
  makeAgain,
  putIntoTrash,
  saveOne,
  sendToCompare,
  sendToInpaint,
  takeSettings,
  variations,
  vary,
} from './actions.ts'
import { openDialog } from './dialogs.ts'
import { mostOnSheet } from './sheet.ts'
import styles from './Details.module.css'

function Act(props: {
  readonly icon: ReactNode
  readonly title?: string | undefined
  readonly disabled?: boolean
  readonly danger?: boolean
  readonly onClick: () => void
  readonly children: string
}) {
  const { danger = false, ...rest } = props
  return <Button size="small" kind={danger ? 'danger' : 'ghost'} {...rest} />
}

/** What goes on from one picture. `detail` is null while it is read. */
export function OneActions({ picture, detail }: { readonly picture: LibraryPicture; readonly detail: LibraryDetail | null }) {
  const { id } = picture
  if (picture.trashed !== null) return <TrashActions ids={[id]} />
  const local = bridge().door === 'electron'
  const recipe = detail?.recipe ?? null
  const photo = detail?.photo ?? null
  const command = detail?.command ?? null
  const unable = recipe === null || detail?.againProblem !== null
  return (
    <>
      <div className={styles.actions}>
        <Act
          icon={<IconRefresh aria-hidden />}
          disabled={unable}
          title="The same pixels again, by its recipe (R)"
          onClick={() => attempt(() => makeAgain(picture))}
        >
          Make it again
        </Act>
        <Act
          icon={<IconArrowsShuffle aria-hidden />}
          disabled={unable}
          title={`${variations} others by the same recipe, from the next seeds (V)`}
          onClick={() => attempt(() => vary(picture))}
        >
          Vary
        </Act>
        {photo !== null ? (
          <Act icon={<IconPhoto aria-hidden />} title={photo.name} onClick={() => openInInpaint(photo.id)}>
            Its photograph
          </Act>
        ) : (
          <Act
            icon={<IconAdjustments aria-hidden />}
            disabled={recipe?.kind !== 'generate'}
            title="To Generate, with its settings and its seed (U)"
            onClick={() => detail !== null && takeSettings(detail)}
          >
            Use settings
          </Act>
        )}
        <Act
          icon={<IconBrush aria-hidden />}
          disabled={picture.damaged}
          title="Open it as a photograph, to be filled"
          onClick={() => attempt(() => sendToInpaint(id))}
        >
          Send to Inpaint
        </Act>
        {recipe?.kind === 'generate' ? (
          <Act
            icon={<IconColumns3 aria-hidden />}
            title="Vary it there by samplers, steps or eta, on its noise"
            onClick={() => detail !== null && sendToCompare(detail)}
          >
            Send to Compare
          </Act>
        ) : null}
      </div>
      <div className={styles.actions}>
        <Act
          icon={<IconTerminal2 aria-hidden />}
          disabled={command === null}
          title="The palimpsest command that makes it"
          onClick={() => command !== null && attempt(() => copyText(command, 'The command line'))}
        >
          Copy command
        </Act>
        <Act
          icon={<IconClipboardText aria-hidden />}
          disabled={recipe === null}
          title="As JSON"
          onClick={() => attempt(() => copyText(JSON.stringify(recipe, null, 2), 'The recipe'))}
        >
          Copy recipe
        </Act>
        {local ? (
          <>
            <Act
              icon={<IconCopy aria-hidden />}
              disabled={picture.damaged}
              title="The picture itself, to the clipboard"
              onClick={() => attempt(() => copyPicture(id))}
            >
              Copy picture
            </Act>
            <Act
              icon={<IconFolder aria-hidden />}
              title="Show the file in its folder"
              onClick={() => attempt(() => call('libraryReveal', { id }))}
            >
              Reveal
            </Act>
            <Act
              icon={<IconFileExport aria-hidden />}
              title="A copy in a folder of yours"
              onClick={() => openDialog({ kind: 'export', ids: [id] })}
            >
              Export…
            </Act>
          </>
        ) : null}
        <Act icon={<IconDownload aria-hidden />} title="The file as it is" onClick={() => attempt(() => saveOne(picture))}>
          {local ? 'Save as…' : 'Download'}
        </Act>
        <Act
          danger
          icon={<IconTrash aria-hidden />}
          title="It can be brought back from there (Delete)"
          onClick={() => attempt(() => putIntoTrash([id]))}
        >
          To the trash
        </Act>
      </div>
    </>
  )
}

export function ManyActions({ ids, inTrash }: { readonly ids: readonly string[]; readonly inTrash: boolean }) {
  if (inTrash) return <TrashActions ids={ids} />
  return (
    <div className={styles.actions}>
      <Act
        icon={<IconLayoutBoard aria-hidden />}
        disabled={ids.length > mostOnSheet}
        title={ids.length > mostOnSheet ? `A sheet has room for ${mostOnSheet}` : 'Side by side in one PNG, with a legend'}
        onClick={() => openDialog({ kind: 'sheet', ids })}
      >
        Contact sheet…
      </Act>
      {bridge().door === 'electron' ? (
        <Act
          icon={<IconFileExport aria-hidden />}
          title="Copies in a folder of yours"
          onClick={() => openDialog({ kind: 'export', ids })}
        >
          Export…
        </Act>
      ) : null}
      <Act
        danger
        icon={<IconTrash aria-hidden />}
        title="They can be brought back from there (Delete)"
        onClick={() => attempt(() => putIntoTrash(ids))}
      >
        To the trash
      </Act>
    </div>
  )
}

function TrashActions({ ids }: { readonly ids: readonly string[] }) {
  return (
    <div className={styles.actions}>
      <Act icon={<IconArrowBackUp aria-hidden />} title="Back to where it was" onClick={() => attempt(() => bringBack(ids))}>
        Restore
      </Act>
      <Act danger icon={<IconTrash aria-hidden />} onClick={() => openDialog({ kind: 'remove', ids })}>
        Delete for good…
      </Act>
    </div>
  )
}
