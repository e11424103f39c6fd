import { appendFile, copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { qualityFaults } from '../../../core/output/quality.ts';
import type { TitleStyle } from '../../../core/timeline/picture.ts';
import type { Timeline } from '../../../core/timeline/timeline.ts';
import type { RenderSettings, RenderSources } from '../../../native/render/request.ts';
import { rational } from '../../../core/time/rational.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../../native/ffmpeg/run.ts';
import { planRender } from '../../../native/render/render-plan.ts';
import { checkQuality } from '../../../native/render/quality-check.ts';
import { preflight, refuseFindings } from '../../../native/render/preflight.ts';
import { renderTimeline } from '../../../native/render/render-timeline.ts';
import { numberedClip } from '../../media/numbered-clip.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { picture, seconds, sound, sourcesOf, timelineOf } from './film.ts';

const rate = rational(25);
const TITLE_STYLE: TitleStyle = {
  ...{ font: 'Inter', size: 0.2, bold: false, italic: false },
  ...{ colour: '#ffffff', align: 'centre', x: 0, y: 0 },
};
const fast = { video: { codec: 'h264' as const, preset: 'ultrafast' }, audio: { codec: 'aac' as const } };

describe('the look at a finished film', () => {
  it('finds black and frozen stretches, clipped sound and loudness, and counts frames', async () => {
    const folder = temporaryFolder();
    const [tone, still] = [join(folder, 'tone.wav'), join(folder, 'still.png')];
    const tools = await findFfmpeg();
    // A sine of −18 dBFS in both channels measures −18 LUFS after K-weighting of 997 Hz (EBU Tech 3341, case 1: −23 at −23).
    const sine = `aevalsrc='0.125893*sin(2*PI*997*t)|0.125893*sin(2*PI*997*t)':s=48000:d=8`;
    await runFfmpeg(tools, { args: ['-f', 'lavfi', '-i', sine, `file:${tone}`], stage: 'test' });
    const gray = ['-f', 'lavfi', '-i', 'color=gray:s=320x180', '-frames:v', '1', `file:${still}`];
    await runFfmpeg(tools, { args: gray, stage: 'test' });
    const pal = await numberedClip({ clip: 2, rate: '25', frames: 60 });
    const sources = await sourcesOf({ tone, still, pal });
    const pictures = [
      picture('pal', rate, 0, 50, 0),
      picture('still', rate, 75, 75, 0),
      picture('pal', rate, 150, 50, 0),
    ];
    const heard = [sound('tone', rate, 0, 200, seconds(0))];
    const output = join(folder, 'out.mp4');
    const timeline = timelineOf(rate, [pictures], [heard]);
    const { quality } = await renderTimeline(timeline, sources, output, fast, { check: true });
    expect(quality).toMatchObject({ frameCount: 200, expectedFrames: 200, durationS: 8, lookedAt: 'every-frame' });
    const near = (span: { fromS: number; toS: number } | undefined, fromS: number, toS: number) => {
      expect(Math.abs((span?.fromS ?? -9) - fromS)).toBeLessThan(0.09);
      expect(Math.abs((span?.toS ?? -9) - toS)).toBeLessThan(0.09);
    };
    expect(quality?.black).toHaveLength(1);
    near(quality?.black[0], 2, 3);
    expect(quality?.frozen).toHaveLength(1);
    near(quality?.frozen[0], 3, 6);
    const quiet = timelineOf(rate, [[picture('pal', rate, 0, 50, 0)]], [[sound('tone', rate, 0, 50, seconds(0))]]);
    const plain = await renderTimeline(quiet, sources, output, fast, { check: true });
    expect(Math.abs((plain.quality?.integratedLufs ?? 0) + 18)).toBeLessThan(0.6);
    expect(plain.quality).toMatchObject({ black: [], frozen: [], clipped: [] });
  });

  it('finds sound at full scale', async () => {
    const folder = temporaryFolder();
    const tools = await findFfmpeg();
    const path = join(folder, 'loud.wav');
    const square = `aevalsrc='if(between(t,2,3.5),1.2,0.1)*sin(2*PI*997*t)':s=48000:d=6`;
    await runFfmpeg(tools, { args: ['-f', 'lavfi', '-i', square, '-c:a', 'pcm_s16le', `file:${path}`], stage: 'test' });
    const sources = await sourcesOf({ tone: path });
    const timeline = timelineOf(rate, [], [[sound('tone', rate, 0, 150, seconds(0))]]);
    const plan = planRender(timeline, sources, { video: null, audio: { codec: 'pcm' } }, 'b');
    const quality = await checkQuality(tools, plan, path);
    expect(quality).toMatchObject({
      clipped: [{ fromS: 2, toS: 4 }],
      frameCount: 0,
      lookedAt: 'nothing',
      durationS: 6,
    });
    expect(quality.truePeakDbtp).toBeGreaterThanOrEqual(0);
  });
});

describe('a film that is not what was planned', () => {
  it('is told apart by its frames and its length', async () => {
    const folder = temporaryFolder();
    const tools = await findFfmpeg();
    const sources = await sourcesOf({ pal: await numberedClip({ clip: 2, rate: '25', frames: 60 }) });
    const output = join(folder, 'out.mp4');
    const settings = { ...fast, audio: null };
    const short = timelineOf(rate, [[picture('pal', rate, 0, 40, 0)]], []);
    await renderTimeline(short, sources, output, settings);
    const long = planRender(timelineOf(rate, [[picture('pal', rate, 0, 50, 0)]], []), sources, settings, 'b');
    const quality = await checkQuality(tools, long, output);
    expect(quality).toMatchObject({ frameCount: 40, expectedFrames: 50, durationS: 1.6, expectedS: 2 });
    expect(qualityFaults(quality)).toEqual(['40 frames instead of 50', '1.60 s long instead of 2.00 s']);
  });
});

describe('the look before a render', () => {
  const at = (timeline: Timeline, sources: RenderSources, settings: RenderSettings = fast, output = '/tmp/a.mp4') => ({
    ...{ timeline, sources, output, settings },
  });

  it('names every missing file, the missing encoder and the missing room', async () => {
    const pal = await numberedClip({ clip: 2, rate: '25', frames: 60 });
    const sources = await sourcesOf({ pal });
    const tools = await findFfmpeg();
    const clips = [picture('pal', rate, 0, 9, 0), picture('gone', rate, 9, 9, 0), picture('lost', rate, 18, 9, 0)];
    const offline = await preflight(at(timelineOf(rate, [clips], []), sources), tools);
    expect(offline.findings.map(({ code, where }) => [code, where])).toEqual([
      ['E_OFFLINE', 'gone'],
      ['E_OFFLINE', 'lost'],
    ]);
    expect(() => refuseFindings(offline)).toThrow(/gone|lost/);
    const whole = timelineOf(rate, [[picture('pal', rate, 0, 9, 0)]], []);
    const without = (...names: readonly string[]) => ({
      ...tools,
      encoders: new Set([...tools.encoders].filter((name) => !names.includes(name))),
    });
    for (const [encoder, settings] of [
      ['libx264', fast],
      ['libmp3lame', { ...fast, audio: { codec: 'mp3' as const } }],
    ] as const) {
      const missing = await preflight(at(whole, sources, settings), without(encoder));
      expect(missing.findings.map(({ code }) => code)).toEqual(['E_UNSUPPORTED']);
      expect(missing.findings[0]?.message).toContain(encoder);
    }
    const huge = { video: { codec: 'png' as const, width: 8192, height: 8192 }, audio: null };
    const long = timelineOf(rate, [[picture('pal', rate, 0, 500_000, 0)]], []);
    const large = await preflight(at(long, sources, huge, '/tmp/a.png'), tools);
    expect(large.findings.map(({ code }) => code)).toEqual(['E_NO_SPACE']);
    const fine = await preflight(at(whole, sources), tools);
    expect(fine.findings).toEqual([]);
    expect(fine.estimatedBytes).toBeGreaterThan(0);
  });

  it('names codecs that the file does not take, missing fonts and tables, and HDR in eight bits', async () => {
    const sources = await sourcesOf({ pal: await numberedClip({ clip: 2, rate: '25', frames: 60 }) });
    const tools = await findFfmpeg();
    const shown = picture('pal', rate, 0, 9, 0);
    const found = async (wish: Parameters<typeof preflight>[0]) =>
      (await preflight(wish, tools)).findings.map(({ severity, code }) => `${severity} ${code}`);
    const whole = timelineOf(rate, [[shown]], []);
    const vp9 = { video: { codec: 'vp9' as const }, audio: null };
    expect(await found(at(whole, sources, vp9, '/tmp/a.mov'))).toEqual(['error E_CONTAINER']);
    const lut = { path: '/nowhere/look.cube', intensity: 1 };
    expect(await found(at(timelineOf(rate, [[{ ...shown, lut }]], []), sources))).toEqual(['error E_LUT_MISSING']);
    const hdr = { ...whole, colourSpace: 'rec2020-pq' as const };
    expect(await found(at(hdr, sources))).toEqual(['warning E_TOO_FEW_BITS']);
    expect(await found(at(hdr, sources, { video: { codec: 'hevc10' }, audio: null }))).toEqual([]);
    const style = { ...TITLE_STYLE, font: 'No Such Face' };
    const title = { ...shown, title: { text: 'x', style } };
    expect(await found(at(timelineOf(rate, [[title]], []), sources))).toEqual(['warning E_FONT_MISSING']);
  });

  it('names originals that went away or changed while only a proxy stayed', async () => {
    const path = join(temporaryFolder(), 'clip.mp4');
    await copyFile(await numberedClip({ clip: 2, rate: '25', frames: 60 }), path);
    const sources = await sourcesOf({ clip: path });
    const tools = await findFfmpeg();
    const timeline = timelineOf(rate, [[picture('clip', rate, 0, 9, 0)]], []);
    await appendFile(path, 'more');
    const changed = await preflight(at(timeline, sources), tools);
    expect(changed.findings).toMatchObject([{ severity: 'warning', code: 'E_SOURCE_CHANGED', where: path }]);
    await rm(path);
    const gone = await preflight(at(timeline, sources), tools);
    expect(gone.findings).toMatchObject([{ severity: 'error', code: 'E_OFFLINE', where: path }]);
    expect(gone.findings[0]?.message).toContain('proxy');
  });
});
