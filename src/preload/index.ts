import { contextBridge, ipcRenderer } from 'electron'
import type { ApiName, BackendEvent, Bridge } from '../shared/api.ts'

/** All that a page can reach: the methods of this table, and the backend's events. Types only from shared: nothing is bundled. */

/** A method missing here, or one too many, is a type error. */
const methods: Record<ApiName, true> = {
  about: true,
  models: true,
  devices: true,
  jobs: true,
  generate: true,
  interpolate: true,
  inpaint: true,
  inpaintMany: true,
  planCompare: true,
  compare: true,
  exportCompare: true,
  exportCompareAs: true,
  cancel: true,
  queue: true,
  pauseQueue: true,
  resumeQueue: true,
  moveJob: true,
  prioritizeJob: true,
  retryJob: true,
  removeJob: true,
  photos: true,
  photo: true,
  writeMask: true,
  readMask: true,
  desk: true,
  writeDesk: true,
  selectMask: true,
  planFill: true,
  openSample: true,
  estimate: true,
  savePicture: true,
  saveAs: true,
  saveMaskAs: true,
  takeOpened: true,
  reveal: true,
  shellMenu: true,
  shellMessage: true,
  shellAct: true,
  shellFolder: true,
  shellOpenWith: true,
  library: true,
  libraryPictures: true,
  libraryIds: true,
  libraryPicture: true,
  libraryFavourite: true,
  libraryTag: true,
  libraryTrash: true,
  libraryRestore: true,
  libraryEmptyTrash: true,
  libraryRescan: true,
  libraryMetadata: true,
  libraryAgain: true,
  libraryVary: true,
  libraryOpen: true,
  librarySheet: true,
  libraryFolder: true,
  libraryExport: true,
  libraryCopy: true,
  libraryReveal: true,
  librarySheetAs: true,
}

const bridge: Bridge = {
  door: 'electron',
  async invoke(name, input) {
    if (!Object.hasOwn(methods, name)) return { ok: false, error: { code: 'request', message: 'There is no such method.' } }
    return ipcRenderer.invoke('api', name, input) as ReturnType<typeof this.invoke<typeof name>>
  },
  subscribe(handler) {
    const listener = (_event: unknown, value: BackendEvent) => handler(value)
    ipcRenderer.on('event', listener)
    return () => void ipcRenderer.off('event', listener)
  },
}

contextBridge.exposeInMainWorld('palimpsest', bridge)
