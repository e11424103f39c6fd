import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { makeFilm } from '../native/host/served.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { montage } from './run-montage.ts';

test('captions become the transcript of a file, its words are found, and it is written in other formats', async () => {
  const cwd = temporaryFolder();
  await makeFilm(join(cwd, 'talk.mp4'));
  writeFileSync(join(cwd, 'talk.srt'), '1\n00:00:00,000 --> 00:00:01,000\nHello there, friend.\n');
  writeFileSync(join(cwd, 'bad.json'), '{"segments": 3}');
  const run = (...args: string[]) => montage([...args, '--project', 'p.montage'], { cwd });
  expect((await run('import', 'talk.mp4')).status).toBe(0);

  for (const sound of ['applause', 'laughter']) {
    const refused = await run('analyse', '--only', sound);
    const words = new RegExp(`^E_MODEL_NONE: ${sound} would need a model of everyday sounds such as YAMNet`, 'm');
    expect([refused.status, refused.stderr]).toEqual([3, expect.stringMatching(words)]);
  }
  const none = await run('transcribe', 'talk.mp4');
  expect([none.status, none.stderr]).toEqual([3, expect.stringMatching(/^E_TRANSCRIPT_NONE: /m)]);
  const bad = await run('transcribe', 'talk.mp4', '--from', 'bad.json');
  expect([bad.status, bad.stderr]).toEqual([3, expect.stringMatching(/^E_TRANSCRIPT_SYNTAX: at segments: /m)]);

  const taken = await run('transcribe', 'talk.mp4', '--from', 'talk.srt', '--to', 'out.vtt');
  expect([taken.status, taken.stdout.trim()]).toEqual([0, '3 words in out.vtt']);
  expect(readFileSync(join(cwd, 'out.vtt'), 'utf8')).toBe(
    'WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHello there, friend.\n',
  );
  const words = await run('show', '--what', 'words', '--contains', 'friend', '--json');
  expect(JSON.parse(words.stdout)).toMatchObject({ total: 1, found: [{ label: 'friend.', measure: 'word' }] });
});

test('transcripts of one file are voted word by word, kept, and what the talk is made of is found', async () => {
  const cwd = temporaryFolder();
  await makeFilm(join(cwd, 'talk.mp4'));
  const captions = (text: string) => `1\n00:00:00,000 --> 00:00:01,900\n${text}\n`;
  writeFileSync(join(cwd, 'a.srt'), captions('Um, where is the old river boat? Never sail alone!'));
  writeFileSync(
    join(cwd, 'b.vtt'),
    `WEBVTT\n\n00:00.000 --> 00:01.900\nUm, where is the gold river boat? Never sail alone!\n`,
  );
  writeFileSync(join(cwd, 'c.srt'), captions('Um, where is the old river boat? Never fail alone!'));
  const run = (...args: string[]) => montage([...args, '--project', 'p.montage'], { cwd });
  expect((await run('import', 'talk.mp4')).status).toBe(0);
  expect((await run('transcribe', 'talk.mp4', '--vote', 'a.srt')).stderr).toMatch(/^E_TRANSCRIPT_ALONE: /m);
  const voted = await run(
    'transcribe',
    'talk.mp4',
    '--from',
    'b.vtt',
    '--vote',
    'a.srt',
    'c.srt',
    '--to',
    'voted.json',
  );
  expect([voted.status, voted.stdout]).toEqual([
    0,
    expect.stringContaining('10 words, 8 of them in all 3 transcripts'),
  ]);
  const written: unknown = JSON.parse(readFileSync(join(cwd, 'voted.json'), 'utf8'));
  expect(written).toMatchObject({
    transcript: { source: { kind: 'merged', transcripts: 3 }, agreement: [1, 1, 1, 1, 2 / 3, 1, 1, 1, 2 / 3, 1] },
  });
  const found = async (...args: string[]) => {
    const { stdout } = await run('show', ...args, '--json');
    const rows = z
      .object({ found: z.array(z.object({ label: z.string(), measure: z.string() })) })
      .parse(JSON.parse(stdout));
    return rows.found.map(({ measure, label }) => [measure, label]);
  };
  expect(await found('--what', 'words', '--measure', 'agreement', '--most', '0.9')).toEqual([
    ['agreement', 'old'],
    ['agreement', 'sail'],
  ]);
  const story = await found('--what', 'story');
  expect(story).toContainEqual(['question', 'Um, where is the old river boat?']);
  expect(story).toContainEqual(['emphasis', 'Never sail alone!']);
  expect(story.map(([measure]) => measure)).toEqual(expect.arrayContaining(['topic', 'summary']));

  expect((await run('transcribe', 'talk.mp4', '--take', 'b.vtt')).stdout).toContain('the gold river');
  const left = await run('transcribe', 'talk.mp4', '--forget', 'c.srt', '--json');
  expect(JSON.parse(left.stdout)).toMatchObject({ transcripts: [{ name: 'a.srt' }, { name: 'b.vtt' }] });
});
