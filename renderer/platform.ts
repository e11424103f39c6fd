/** Whether Cmd is the main modifier here. */
export const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);
