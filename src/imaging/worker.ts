import { parentPort } from '../shared/parent.ts'
import { serveMethods } from '../shared/port.ts'
import { imagingMethods } from './methods.ts'

/** The imaging process: started by Electron's utilityProcess or Node's child_process, it serves its table until it is ended. */
serveMethods(parentPort(), imagingMethods())
