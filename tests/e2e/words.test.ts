import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRemote, type Connection } from '../../cli/connection.ts';
import { mediaId } from '../../core/media/media.ts';
import { readLock } from '../../native/project/lock.ts';
import { runProgram } from '../../native/process/programs.ts';
import { makeWhisper, WHISPER_TOKENIZER } from '../media/whisper-graphs.ts';
import { dropFiles, launchChromium, openWindow, type Served, serveMontage } from './montage-window.ts';

/** Two people, by their names, with other words in each file. */
const CAPTIONS = {
  'talk.srt': `1
00:00:00,500 --> 00:00:03,000
Anna: We plane the wood, um, by hand.

2
00:00:04,000 --> 00:00:06,500
Ben: Then we oil it twice.
`,
  'talk.vtt': `WEBVTT

00:00.500 --> 00:03.000
We plain the wood, um, by hand.

00:04.000 --> 00:06.500
Then we oil it twice.
`,
};

const hasVoice = await runProgram('espeak-ng', ['--version']).then(
  () => true,
  () => false,
);
const canHear = hasVoice && existsSync(WHISPER_TOKENIZER);

let folder: string;
let models: string;
let served: Served;
let engine: Connection;
let browser: Browser;
let page: Page;
let complaints: readonly string[];

/** Two voices of espeak, each in a turn of its own, under a test picture; a tone where this machine has no espeak. */
async function makeTalk(path: string): Promise<void> {
  const say = async (voice: string, words: string) => {
    if (!hasVoice) return ['-f', 'lavfi', '-i', 'sine=frequency=300:duration=2'];
    const file = join(folder, `${voice}.wav`);
    await runProgram('espeak-ng', ['-v', voice, '-w', file, words]);
    return ['-i', file];
  };
  const first = await say('en-us+m3', 'We plane the wood by hand, and it takes a day');
  const second = await say('en-us+f3', 'Then we oil it twice, and leave it in the sun');
  const sound =
    '[1]adelay=500:all=1[a];[2]adelay=4000:all=1[b];[a][b]amix=inputs=2:normalize=0:duration=longest,apad[s]';
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25'];
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', '-t', '8'];
  const inputs = [...picture, ...first, ...second, '-filter_complex', sound, '-map', '0:v', '-map', '[s]'];
  await runProgram('ffmpeg', ['-v', 'error', '-y', '-threads', '2', ...inputs, ...codecs, path]);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'montage-words-'));
  models = join(folder, 'models');
  mkdirSync(models);
  for (const [name, text] of Object.entries(CAPTIONS)) writeFileSync(join(folder, name), text);
  const project = join(folder, 'Talk.montage');
  served = await serveMontage(project, { MONTAGE_MODELS_DIR: models, XDG_DATA_HOME: folder });
  const lock = readLock(project);
  engine = await connectRemote({ port: lock?.port ?? 0, token: lock?.token ?? '' });
  browser = await launchChromium();
  ({ page, complaints } = await openWindow(browser, served.address));
});

afterAll(async () => {
  await browser.close();
  await engine.close();
  await served.stop();
  rmSync(folder, { recursive: true, force: true });
});

const text = () => page.getByRole('textbox', { name: 'What is said in talk.mp4' });
const inUse = () => page.getByRole('combobox', { name: 'Transcript in use' });
const choose = async (name: string | RegExp) => {
  await inUse().click();
  await page.getByRole('option', { name }).click();
};
const readCaptions = async (name: string) => {
  await page.getByLabel('Folder', { exact: true }).fill(folder);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: new RegExp(`^${name}`) }).click();
  await page.getByRole('button', { name: 'Use this file' }).click();
};
const kept = async (): Promise<readonly string[]> => {
  const [entry] = await engine.client.media.list();
  const all = await engine.client.media.transcripts({ mediaId: entry?.media.id ?? mediaId('none') });
  return all.map(({ name, isInUse }) => `${name}${isInUse ? ' in use' : ''}`);
};
const moments = () => page.getByRole('list', { name: 'Moments' }).getByRole('button');
const search = async (words: string) => {
  await page.getByText('Search', { exact: true }).click();
  await page.getByLabel('Search all footage').fill(words);
};
const openWords = async () => page.getByText('Words', { exact: true }).click();

describe('what is said in a clip', () => {
  it('is read from captions with who says it, and found by their names', async () => {
    await makeTalk(join(folder, 'talk.mp4'));
    await page.getByText('Drop footage or a folder here. Your files stay where they are.').waitFor();
    await dropFiles(page, [join(folder, 'talk.mp4')]);
    await page.getByText('Knows 1 of 1').waitFor({ timeout: 60_000 });
    await page.getByRole('option', { name: 'talk.mp4' }).dblclick();
    await openWords();
    await page.getByText(/^No words yet\. Listening needs Whisper tiny/).waitFor();
    await page.getByRole('button', { name: 'Read captions…' }).click();
    await readCaptions('talk.srt');
    await page.getByText('12 words', { exact: true }).waitFor();
    await expect
      .poll(() => text().innerText())
      .toMatch(/00:00:00:12\s+Anna\s+We plane .*\s+00:00:04:00\s+Ben\s+Then we oil/s);
    expect(await kept()).toEqual(['talk.srt in use']);
    // A window of another size shows what it showed.
    await page.setViewportSize({ width: 1500, height: 940 });
    await text().waitFor();
    await search('what Ben says');
    await moments().filter({ hasText: 'Ben says' }).waitFor();
  });

  it('is taken from another file, and back, and voted from both', async () => {
    await openWords();
    await choose('Read captions…');
    await readCaptions('talk.vtt');
    await expect.poll(() => text().innerText()).toContain('We plain');
    expect(await kept()).toEqual(['talk.srt', 'talk.vtt in use']);
    await choose(/^Read from talk\.srt/);
    await expect.poll(() => text().innerText()).toContain('We plane');
    expect(await kept()).toEqual(['talk.srt in use', 'talk.vtt']);
    await choose(/^Save as captions/);
    // The name is taken by what was read.
    await page.getByText(`Saved to “${join(folder, 'talk 2.srt')}”.`).waitFor();
    const saved = readFileSync(join(folder, 'talk 2.srt'), 'utf8');
    expect(saved).toMatch(
      /^1\n00:00:00,500 --> [\d:,]+\nAnna: We plane the wood, um, by hand\.\n\n2\n.*\nBen: Then we oil it twice\.\n/,
    );
    await choose(/^Voted from 2 transcripts/);
    await expect.poll(() => inUse().innerText()).toBe('Voted from 2 transcripts');
    expect(await kept()).toEqual(['talk.srt', 'talk.vtt']);
  });

  it.skipIf(!canHear)('is heard by a recogniser beside what was read', async () => {
    makeWhisper(models, 'whisper-tiny');
    // A window looks for models when it opens, and when one has been got.
    await page.reload();
    await page.getByText('Media', { exact: true }).click();
    await page.getByRole('option', { name: 'talk.mp4' }).dblclick();
    await openWords();
    await choose('Listen with Whisper tiny');
    await page.getByText('Listening. What is heard is kept beside these words.').waitFor();
    await expect.poll(kept).toEqual(['talk.srt', 'talk.vtt', 'whisper-tiny']);
    await choose(/^Heard by whisper-tiny/);
    await expect.poll(() => text().innerText()).toContain('Hello world.');
  });

  it.skipIf(!canHear)('is said by voices that get names, in the text and in the search', async () => {
    await page.getByRole('button', { name: 'Speaker 1' }).click();
    await page.keyboard.type('Clara');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Speaker 1' }).waitFor();
    expect((await engine.client.speakers.list()).map(({ name }) => name)).toEqual([null, null]);
    await page.getByRole('button', { name: 'Speaker 1' }).click();
    await page.keyboard.type('Clara');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Clara' }).waitFor();
    expect((await engine.client.speakers.list()).map(({ name }) => name)).toContain('Clara');
    await choose(/^Save as text/);
    await page.getByText(`Saved to “${join(folder, 'talk.txt')}”.`).waitFor();
    expect(readFileSync(join(folder, 'talk.txt'), 'utf8')).toBe('Clara: Hello world.\n');
    await search('what Clara says');
    await moments().filter({ hasText: 'Clara says' }).first().waitFor();
    expect(complaints).toEqual([]);
  });
});
