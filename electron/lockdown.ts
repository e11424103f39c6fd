import { app, type Session, type WebContents } from 'electron';

const OWN_ADDRESS = /^(?:montage:\/\/app\/|blob:montage:\/\/app\/|data:|devtools:)/;

/** Takes from every page of this process what the app does not need: other pages, windows, devices, downloads, the network. */
export function lockDown(): void {
  app.on('web-contents-created', (_event, contents) => denyNavigation(contents));
  app.on('session-created', denyAccess);
}

function denyNavigation(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Pages may neither ask for anything nor reach anything but the app's own origin. */
export function denyAccess(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  // This holds even where the page's content security policy would not.
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !OWN_ADDRESS.test(url) }));
}
