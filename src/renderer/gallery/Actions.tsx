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
import { useWords } from '../i18n/index.ts'
import { bridge, call } from '../state/client.ts'
import { attempt } from '../state/store.ts'
import { openInInpaint } from '../state/inpaint-door.ts'
import { Button } from '../ui/Button.tsx'
import {
  bringBack,
  copyPicture,
  copyText,
  downloadPictures,
  makeAgain,
  mostDownloads,
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
  const { act, said } = useWords().gallery
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
          title={act.againTitle}
          onClick={() => attempt(() => makeAgain(picture))}
        >
          {act.again}
        </Act>
        <Act
          icon={<IconArrowsShuffle aria-hidden />}
          disabled={unable}
          title={act.varyTitle(variations)}
          onClick={() => attempt(() => vary(picture))}
        >
          {act.vary}
        </Act>
        {photo !== null ? (
          <Act icon={<IconPhoto aria-hidden />} title={photo.name} onClick={() => openInInpaint(photo.id)}>
            {act.photograph}
          </Act>
        ) : (
          <Act
            icon={<IconAdjustments aria-hidden />}
            disabled={recipe?.kind !== 'generate'}
            title={act.settingsTitle}
            onClick={() => detail !== null && takeSettings(detail)}
          >
            {act.settings}
          </Act>
        )}
        <Act
          icon={<IconBrush aria-hidden />}
          disabled={picture.damaged}
          title={act.inpaintTitle}
          onClick={() => attempt(() => sendToInpaint(id))}
        >
          {act.inpaint}
        </Act>
        {recipe?.kind === 'generate' ? (
          <Act
            icon={<IconColumns3 aria-hidden />}
            title={act.compareTitle}
            onClick={() => detail !== null && sendToCompare(detail)}
          >
            {act.compare}
          </Act>
        ) : null}
      </div>
      <div className={styles.actions}>
        <Act
          icon={<IconTerminal2 aria-hidden />}
          disabled={command === null}
          title={act.commandTitle}
          onClick={() => command !== null && attempt(() => copyText(command, said.copiedCommand))}
        >
          {act.command}
        </Act>
        <Act
          icon={<IconClipboardText aria-hidden />}
          disabled={recipe === null}
          title={act.recipeTitle}
          onClick={() => attempt(() => copyText(JSON.stringify(recipe, null, 2), said.copiedRecipe))}
        >
          {act.recipe}
        </Act>
        {local ? (
          <>
            <Act
              icon={<IconCopy aria-hidden />}
              disabled={picture.damaged}
              title={act.copyTitle}
              onClick={() => attempt(() => copyPicture(id))}
            >
              {act.copy}
            </Act>
            <Act
              icon={<IconFolder aria-hidden />}
              title={act.revealTitle}
              onClick={() => attempt(() => call('libraryReveal', { id }))}
            >
              {act.reveal}
            </Act>
            <Act
              icon={<IconFileExport aria-hidden />}
              title={act.exportTitle}
              onClick={() => openDialog({ kind: 'export', ids: [id] })}
            >
              {act.export}
            </Act>
          </>
        ) : null}
        <Act icon={<IconDownload aria-hidden />} title={act.downloadTitle} onClick={() => attempt(() => saveOne(picture))}>
          {local ? act.saveAs : act.download}
        </Act>
        <Act danger icon={<IconTrash aria-hidden />} title={act.trashTitle} onClick={() => attempt(() => putIntoTrash([id]))}>
          {act.trash}
        </Act>
      </div>
    </>
  )
}

export function ManyActions({ ids, inTrash }: { readonly ids: readonly string[]; readonly inTrash: boolean }) {
  const { act } = useWords().gallery
  if (inTrash) return <TrashActions ids={ids} />
  return (
    <div className={styles.actions}>
      <Act
        icon={<IconLayoutBoard aria-hidden />}
        disabled={ids.length > mostOnSheet}
        title={ids.length > mostOnSheet ? act.sheetTooMany(mostOnSheet) : act.sheetTitle}
        onClick={() => openDialog({ kind: 'sheet', ids })}
      >
        {act.sheet}
      </Act>
      {bridge().door === 'electron' ? (
        <Act icon={<IconFileExport aria-hidden />} title={act.exportManyTitle} onClick={() => openDialog({ kind: 'export', ids })}>
          {act.export}
        </Act>
      ) : (
        <Act
          icon={<IconDownload aria-hidden />}
          disabled={ids.length > mostDownloads}
          title={ids.length > mostDownloads ? act.downloadTooMany(mostDownloads) : act.downloadManyTitle}
          onClick={() => attempt(() => downloadPictures(ids))}
        >
          {act.download}
        </Act>
      )}
      <Act danger icon={<IconTrash aria-hidden />} title={act.trashManyTitle} onClick={() => attempt(() => putIntoTrash(ids))}>
        {act.trash}
      </Act>
    </div>
  )
}

function TrashActions({ ids }: { readonly ids: readonly string[] }) {
  const { act } = useWords().gallery
  return (
    <div className={styles.actions}>
      <Act icon={<IconArrowBackUp aria-hidden />} title={act.restoreTitle} onClick={() => attempt(() => bringBack(ids))}>
        {act.restore}
      </Act>
      <Act danger icon={<IconTrash aria-hidden />} onClick={() => openDialog({ kind: 'remove', ids })}>
        {act.remove}
      </Act>
    </div>
  )
}
