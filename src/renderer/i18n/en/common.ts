/** The words of what several screens say: dialogs, buttons, units. */
export const common = {}
