import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFootage } from './footage.ts';
import { dropFiles, launchChromium, openWindow, type Served, serveMontage } from './montage-window.ts';

let folder: string;
let served: Served;
let browser: Browser;
let page: Page;
let complaints: readonly string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'montage-journey-'));
  served = await serveMontage(join(folder, 'Harbour.montage'));
  browser = await launchChromium();
  ({ page, complaints } = await openWindow(browser, served.address));
});

afterAll(async () => {
  await browser.close();
  await served.stop();
  rmSync(folder, { recursive: true, force: true });
});

const clips = () => page.getByRole('listbox', { name: 'Clips of the sequence' }).getByRole('option');
const timecode = () => page.getByLabel('Current timecode').inputValue();

describe('from a dropped folder to a file for another editor', () => {
  it('opens on the real workspace, with the address free of its token', async () => {
    await page.getByText('Drop footage or a folder here. Your files stay where they are.').waitFor();
    expect(page.url()).not.toContain('token');
    expect(await page.getByRole('button', { name: 'Propose' }).isDisabled()).toBe(true);
    await page.getByText('Harbour', { exact: true }).waitFor();
  });

  it('takes in a folder with its subfolders, and says what it left out', async () => {
    await dropFiles(page, [makeFootage(folder)]);
    await page.getByText("'notes.docx' is not media. Skipped.").waitFor({ timeout: 60_000 });
    const media = page.getByRole('listbox', { name: 'Media' });
    await expect.poll(() => media.getByRole('option').count(), { timeout: 60_000 }).toBe(5);
    await media.getByRole('option', { name: 'workshop.mp4' }).waitFor();
  });

  it('understands every clip, one by one', async () => {
    await page.getByText('Knows 5 of 5').waitFor({ timeout: 120_000 });
    expect(await page.getByRole('button', { name: 'Propose' }).isEnabled()).toBe(true);
    await expect.poll(() => page.locator('[data-media] img').count()).toBeGreaterThanOrEqual(3);
  });

  it('reads captions of a clip, finds a phrase and marks what words are dragged over', async () => {
    await page.getByRole('option', { name: 'workshop.mp4' }).dblclick();
    await page.getByText('Words', { exact: true }).click();
    await page.getByRole('button', { name: 'Read captions…' }).click();
    await page.getByLabel('Folder', { exact: true }).fill(folder);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^workshop\.srt/ }).click();
    await page.getByRole('button', { name: 'Use this file' }).click();
    await page.getByText('11 words', { exact: true }).waitFor();
    await page.locator('[data-word]', { hasText: 'Then' }).click();
    await expect.poll(timecode).toBe('00:00:04:00');
    await page.locator('[data-word]', { hasText: 'oil' }).click({ modifiers: ['Shift'] });
    await expect.poll(() => page.getByTestId('range').getAttribute('title')).toBe('In 100, out 118');
    await page.getByLabel('Find in the words of this clip').fill('the wood');
    await page.getByText('1 of 1', { exact: true }).waitFor();
  });

  it('searches all footage, and opens the moment that is found', async () => {
    await page.getByText('Search', { exact: true }).click();
    await page.getByLabel('Search all footage').fill('plane');
    const moments = page.getByRole('list', { name: 'Moments' }).getByRole('button');
    await moments.filter({ hasText: '“plane” is said' }).click();
    await expect.poll(timecode).toBe('00:00:01:00');
    await page.getByText('Media', { exact: true }).click();
    await page.getByRole('tab', { name: 'Program' }).click();
  });

  it('leaves the keys where they were taken while an editor of the brief was closing', async () => {
    await page.getByRole('button', { name: /^Length/ }).click();
    await page.getByRole('dialog', { name: 'Length' }).waitFor();
    const brief = page.getByLabel('What should this become?');
    // The moment that counts lies between the dialog's removal and what it does afterwards.
    const taken = await brief.evaluate(
      (field) =>
        new Promise<boolean>((resolve) => {
          const watch = new MutationObserver(() => {
            if (document.querySelector('[role=dialog]') !== null) return;
            watch.disconnect();
            if (field instanceof HTMLElement) field.focus();
            setTimeout(() => resolve(document.activeElement === field), 100);
          });
          watch.observe(document.body, { childList: true, subtree: true });
          document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
        }),
    );
    expect(taken).toBe(true);
  });

  it('proposes a cut from a brief, with a reason for every change', async () => {
    await page.getByRole('button', { name: /^Length/ }).click();
    await page.getByRole('dialog', { name: 'Length' }).getByRole('button', { name: '0:15' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Music/ }).click();
    await page.getByRole('radio', { name: /beat\.wav/ }).click();
    await page.keyboard.press('Escape');
    await page.getByLabel('What should this become?').fill('A calm quarter minute');
    await page.keyboard.press('Enter');
    await page.getByText(/\(you asked 0:15\)/).waitFor({ timeout: 60_000 });
    const why = page.getByRole('region', { name: 'Why' });
    await why.getByText(/^Insert · 1 of \d+$/).waitFor();
    expect(await why.getByRole('meter').count()).toBeGreaterThan(0);
    expect(await clips().count()).toBeGreaterThan(2);
    expect(await page.getByText('No sequence yet.').count()).toBe(0);
  });

  it('lets every change be decided from the keyboard, and applies what was accepted', async () => {
    await page.getByRole('group', { name: 'Suggestion' }).getByRole('button', { name: 'Review' }).click();
    const rows = page.getByRole('listbox', { name: 'Changes' }).getByRole('option');
    const total = await rows.count();
    await page.keyboard.press('Delete');
    await page.keyboard.press('Enter');
    await page.getByText(`2 of ${total} decided · 1 accepted, 1 refused`).waitFor();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('u');
    await page.getByText(`1 of ${total} decided · 1 accepted, 0 refused`).waitFor();
    await page.getByRole('button', { name: 'Accept all' }).click();
    await page.getByText(/\(you asked 0:15\)/).waitFor({ state: 'detached', timeout: 30_000 });
    await expect.poll(() => clips().count()).toBeGreaterThan(2);
  });

  it('plays, trims, and takes the trim back', async () => {
    await page.keyboard.press('F6');
    await page
      .getByLabel('Viewer')
      .first()
      .click({ position: { x: 300, y: 200 } });
    await page.keyboard.press('Home');
    const start = await timecode();
    await page.keyboard.press('Space');
    await expect.poll(timecode, { timeout: 20_000 }).not.toBe(start);
    await page.keyboard.press('Space');
    await page.keyboard.press('Home');
    for (let frame = 0; frame < 10; frame += 1) await page.keyboard.press('ArrowRight');
    await expect.poll(timecode).toMatch(/:10$/);
    const first = clips().first();
    const before = await first.innerText();
    await page.keyboard.press('w');
    await expect.poll(() => first.innerText()).not.toBe(before);
    await page.getByText(/^Saved \d\d:\d\d$/).waitFor();
    await page.keyboard.press('Control+z');
    await expect.poll(() => first.innerText()).toBe(before);
  });

  it('puts a title over the film and fades its start in, by key and by command', async () => {
    const total = await clips().count();
    await page.keyboard.press('Home');
    await page.keyboard.press('Alt+t');
    await page.getByText(/^Saved \d\d:\d\d$/).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').last().fill('Add title');
    await page.keyboard.press('Enter');
    await expect.poll(() => clips().count()).toBe(total + 1);
  });

  it('reframes the film upright after its subjects, and takes that back', async () => {
    await page.getByText(/ · 1920×1080 · 25/).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').last().fill('Reframe upright');
    await page.keyboard.press('Enter');
    await page.getByText(/^1080 × 1920\. Follows .+ in \d+/).waitFor({ timeout: 20_000 });
    await page.getByText(/ · 1080×1920 · 25/).waitFor();
    await page.keyboard.press('Control+z');
    await page.getByText(/ · 1920×1080 · 25/).waitFor();
  });

  it('exports for another editor and reads the file back', async () => {
    await page.keyboard.press('Control+m');
    const dialog = page.getByRole('dialog', { name: 'Export' });
    await dialog.getByRole('radio', { name: /Resolve/ }).click();
    await expect.poll(() => dialog.getByLabel('File').inputValue()).toMatch(/\.fcpxml$/);
    const path = await dialog.getByLabel('File').inputValue();
    await dialog.getByRole('button', { name: 'Export' }).click();
    const readBack = await dialog.getByText(/Read back: \d+\/\d+/).innerText();
    const [, matching, total] = /(\d+)\/(\d+)/.exec(readBack) ?? [];
    expect(matching).toBe(total);
    expect(Number(total)).toBeGreaterThan(2);
    expect(existsSync(path)).toBe(true);
    const xml = readFileSync(path, 'utf8');
    expect(xml).toContain('<fcpxml version="1.10"');
    expect(xml).toContain('<transition');
    expect(xml).toContain('<title');
    await page.keyboard.press('Escape');
  });

  it('says so when the engine goes away, and keeps what it showed', async () => {
    const shown = await clips().count();
    expect(complaints).toEqual([]);
    await served.stop();
    await page.getByText('The engine is not answering. Trying again…').waitFor({ timeout: 10_000 });
    expect(await clips().count()).toBe(shown);
  });
});
