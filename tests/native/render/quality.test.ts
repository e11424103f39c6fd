import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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

describe('the look before a render', () => {
  it('names every missing file, the missing encoder and the missing room', async () => {
    const pal = await numberedClip({ clip: 2, rate: '25', frames: 60 });
    const sources = await sourcesOf({ pal });
    const tools = await findFfmpeg();
    const clips = [picture('pal', rate, 0, 9, 0), picture('gone', rate, 9, 9, 0), picture('lost', rate, 18, 9, 0)];
    const offline = await preflight(timelineOf(rate, [clips], []), sources, '/tmp/a.mp4', fast, tools);
    expect(offline.findings.map(({ code, where }) => [code, where])).toEqual([
      ['E_OFFLINE', 'gone'],
      ['E_OFFLINE', 'lost'],
    ]);
    expect(() => refuseFindings(offline)).toThrow(/gone|lost/);
    const whole = timelineOf(rate, [[picture('pal', rate, 0, 9, 0)]], []);
    const bare = { ...tools, encoders: new Set<string>() };
    const missing = await preflight(whole, sources, '/tmp/a.mp4', fast, bare);
    expect(missing.findings.map(({ code }) => code)).toEqual(['E_UNSUPPORTED']);
    const huge = { video: { codec: 'png' as const, width: 8192, height: 8192 }, audio: null };
    const long = timelineOf(rate, [[picture('pal', rate, 0, 500_000, 0)]], []);
    const large = await preflight(long, sources, '/tmp/a.png', huge, tools);
    expect(large.findings.map(({ code }) => code)).toEqual(['E_NO_SPACE']);
    const fine = await preflight(whole, sources, '/tmp/a.mp4', fast, tools);
    expect(fine.findings).toEqual([]);
    expect(fine.estimatedBytes).toBeGreaterThan(0);
  });
});
