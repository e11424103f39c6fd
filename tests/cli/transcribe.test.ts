import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
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
