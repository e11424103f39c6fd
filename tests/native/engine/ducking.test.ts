import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { flicks } from '../../../core/time/flicks.ts';
import { rational } from '../../../core/time/rational.ts';
import { editId } from '../../../core/timeline/edit.ts';
import { clipId, trackId, type AudioClip, type AudioTrack } from '../../../core/timeline/timeline.ts';
import { openEngine, type Engine } from '../../../native/engine/engine.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../../native/ffmpeg/run.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { samplesOf } from '../render/film.ts';

const seconds = (value: number) => flicks(Math.round(value * 705_600_000));

async function engineIn(folder: string): Promise<Engine> {
  const projectPath = join(folder, 'film.montage');
  const opened = await openEngine({ projectPath, create: true, runJobs: true, shell: 'browser' });
  if (opened.kind !== 'open') throw new Error('the project is open elsewhere');
  onTestFinished(() => opened.engine.close());
  return opened.engine;
}

async function idle({ client }: Engine): Promise<void> {
  for (;;) {
    const jobs = await client.jobs.list();
    if (jobs.every(({ state }) => state === 'done')) return;
    expect(jobs.filter(({ state }) => state === 'failed')).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

async function made(folder: string, name: string, expression: string): Promise<string> {
  const path = join(folder, name);
  const source = `aevalsrc=${expression}:s=48000:d=12`;
  await runFfmpeg(await findFfmpeg(), { args: ['-f', 'lavfi', '-i', source, `file:${path}`], stage: 'test' });
  return path;
}

describe('music under speech', () => {
  it('falls by the depth before it starts and comes back after it, in the finished film', async () => {
    const folder = temporaryFolder();
    const engine = await engineIn(folder);
    const { client } = engine;
    // Someone speaks from 4 s to 6 s, at 300 Hz; the music is a steady 3 kHz.
    const paths = [
      await made(folder, 'voice.wav', "'0.2*sin(600*PI*t)*between(t,4,6)'"),
      await made(folder, 'music.wav', "'0.2*sin(6000*PI*t)'"),
    ];
    await client.media.import({ paths });
    await idle(engine);
    const media = (await client.media.list()).map((entry) => entry.media);
    const { timeline } = await client.timeline.create({
      name: 'Talk',
      rate: rational(25),
      size: { width: 320, height: 180 },
    });
    const track = (name: string, n: number): AudioTrack => ({
      ...{ kind: 'audio', id: trackId(name), name, enabled: true, locked: false },
      clips: [clip(name, media.find((file) => file.name === `${name}.wav`)?.id ?? media[n]?.id)],
    });
    const clip = (name: string, mediaId: AudioClip['mediaId'] | undefined): AudioClip => {
      if (mediaId === undefined) throw new Error(`no ${name}`);
      const span = { recordIn: flicks(0), duration: seconds(12), sourceIn: flicks(0), speed: rational(1) };
      const rest = { name, enabled: true, linkId: null, note: '', streamOrdinal: 0, gainDb: 0 };
      return { kind: 'audio', id: clipId(name), mediaId, ...span, ...rest, fadeIn: flicks(0), fadeOut: flicks(0) };
    };
    const position = timeline.tracks.length;
    for (const [n, name] of ['voice', 'music'].entries()) {
      const edit = { kind: 'addTrack' as const, track: track(name, n), position: position + n };
      expect(await client.timeline.apply({ timelineId: timeline.id, editId: editId(name), edit })).toMatchObject({
        kind: 'applied',
      });
    }
    const wish = { timelineId: timeline.id, music: [trackId('music')], speech: null };
    const loud = await client.timeline.duck({ ...wish, editId: editId('loud'), thresholdLufs: -5 });
    expect(loud.kind).toBe('nothing');
    const ducked = await client.timeline.duck({
      ...wish,
      editId: editId('duck'),
      depthDb: 15,
      attackMs: 200,
      holdMs: 400,
      releaseMs: 600,
    });
    expect(ducked).toMatchObject({ kind: 'applied', undoLabel: 'Duck music under speech' });

    const path = join(folder, 'talk.wav');
    await client.export.render({ timelineId: timeline.id, path, settings: {} });
    await idle(engine);
    const samples = await samplesOf(path);
    const music = (from: number) => {
      const [first, length] = [Math.round(from * 48_000), 2400];
      let [sine, cosine] = [0, 0];
      for (let n = first; n < first + length; n += 1) {
        sine += (samples[n] ?? 0) * Math.sin((2 * Math.PI * 3000 * n) / 48_000);
        cosine += (samples[n] ?? 0) * Math.cos((2 * Math.PI * 3000 * n) / 48_000);
      }
      return 20 * Math.log10((2 * Math.hypot(sine, cosine)) / length / 0.2);
    };
    for (const time of [1, 3.6, 7.3, 10]) expect(Math.abs(music(time)), `${time} s`).toBeLessThan(0.2);
    for (const time of [4.05, 5, 5.9, 6.3]) expect(Math.abs(music(time) + 15), `${time} s`).toBeLessThan(0.3);
    expect(await client.timeline.undo({ timelineId: timeline.id, editId: editId('undo') })).toMatchObject({
      kind: 'applied',
    });
    expect(
      (await client.timeline.get({ timelineId: timeline.id })).timeline.tracks.at(-1)?.clips[0]?.keyframes,
    ).toBeUndefined();
  });
});
