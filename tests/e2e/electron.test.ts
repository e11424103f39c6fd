import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFootage } from './footage.ts';
import { dropFiles } from './montage-window.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The program of Electron, where it has been fetched. */
function electronBinary(): string | undefined {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const names: Partial<Record<NodeJS.Platform, string>> = {
    darwin: 'Electron.app/Contents/MacOS/Electron',
    win32: 'electron.exe',
  };
  const dist = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist');
  const binary = join(dist, names[process.platform] ?? 'electron');
  return existsSync(binary) ? binary : undefined;
}

const binary = electronBinary();
const title = 'the same journey in the desktop window';

describe.skipIf(binary === undefined)(
  binary === undefined ? `${title} (skipped: Electron's program is not here; npx install-electron fetches it)` : title,
  () => {
    let folder: string;
    let app: ElectronApplication;
    let page: Page;

    beforeAll(async () => {
      await promisify(execFile)('npm', ['run', 'build'], { cwd: ROOT, shell: process.platform === 'win32' });
      folder = mkdtempSync(join(tmpdir(), 'montage-electron-'));
      app = await _electron.launch({
        executablePath: binary ?? '',
        args: [ROOT, '--no-sandbox', `--user-data-dir=${join(folder, 'user')}`, join(folder, 'Harbour.montage')],
      });
      page = await app.firstWindow();
    });

    afterAll(async () => {
      await app.close();
      expect(existsSync(join(folder, 'Harbour.montage.lock'))).toBe(false);
      rmSync(folder, { recursive: true, force: true });
    });

    it('is the app from its own scheme, with the bridge and without Node', async () => {
      await page.getByText('Harbour', { exact: true }).waitFor();
      expect(page.url()).toBe('montage://app/index.html');
      const world = await page.evaluate(() => ['montageShell', 'process', 'require'].map((name) => name in globalThis));
      expect(world).toEqual([true, false, false]);
    });

    it('goes from dropped footage to an exported cut', async () => {
      await runJourney(page, folder);
    });

    it('goes on when the engine was killed, with every clip still there', async () => {
      const clips = page.getByRole('listbox', { name: 'Clips of the sequence' }).getByRole('option');
      const before = await clips.count();
      await app.evaluate(({ app: own }) => {
        const engine = own.getAppMetrics().find(({ name }) => name === 'Montage engine');
        if (engine !== undefined) process.kill(engine.pid, 'SIGKILL');
      });
      await page.getByText('The engine is not answering. Trying again…').waitFor();
      await page.getByText('The engine is not answering. Trying again…').waitFor({ state: 'detached' });
      expect(await clips.count()).toBe(before);
    });
  },
);

async function runJourney(page: Page, folder: string): Promise<void> {
  await dropFiles(page, [makeFootage(folder)]);
  await page.getByText('Knows 5 of 5').waitFor({ timeout: 180_000 });
  await page.getByLabel('What should this become?').fill('A calm quarter minute');
  await page.keyboard.press('Enter');
  await page.getByRole('group', { name: 'Suggestion' }).getByRole('button', { name: 'Review' }).click();
  await page.getByRole('button', { name: 'Accept all' }).click();
  const clips = page.getByRole('listbox', { name: 'Clips of the sequence' }).getByRole('option');
  await expect.poll(() => clips.count(), { timeout: 30_000 }).toBeGreaterThan(2);
  await page.keyboard.press('F6');
  await page
    .getByLabel('Viewer')
    .first()
    .click({ position: { x: 300, y: 200 } });
  const timecode = page.getByLabel('Current timecode');
  await page.keyboard.press('Home');
  const start = await timecode.inputValue();
  await page.keyboard.press('Space');
  await expect.poll(() => timecode.inputValue(), { timeout: 20_000 }).not.toBe(start);
  await page.keyboard.press('Space');
  await page.keyboard.press('Home');
  for (let frame = 0; frame < 10; frame += 1) await page.keyboard.press('ArrowRight');
  const before = await clips.first().innerText();
  await page.keyboard.press('w');
  await expect.poll(() => clips.first().innerText()).not.toBe(before);
  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(() => clips.first().innerText()).toBe(before);
  await page.keyboard.press('ControlOrMeta+m');
  const dialog = page.getByRole('dialog', { name: 'Export' });
  await dialog.getByRole('radio', { name: /Resolve/ }).click();
  await expect.poll(() => dialog.getByLabel('File').inputValue()).toMatch(/\.fcpxml$/);
  const path = await dialog.getByLabel('File').inputValue();
  await dialog.getByRole('button', { name: 'Export' }).click();
  await dialog.getByText(/Read back: \d+\/\d+/).waitFor();
  expect(readFileSync(path, 'utf8')).toContain('<fcpxml version="1.10"');
  await page.keyboard.press('Escape');
}
