import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rational } from '../../../core/time/rational.ts';
import { findFfmpeg, type FfmpegTools } from '../../../native/ffmpeg/find.ts';
import { startFfmpeg } from '../../../native/ffmpeg/run.ts';
import { workingDevice } from '../../../native/render/hardware-trial.ts';
import { renderTimeline } from '../../../native/render/render-timeline.ts';
import { readNumber } from '../../media/picture-code.ts';
import { numberedClip } from '../../media/numbered-clip.ts';
import { testScale } from '../../scale.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { picture, sourcesOf, timelineOf } from './film.ts';

const rate = rational(25);

/** How a double of a graphics device behaves: in its trial, and from its n-th piece of work after that. */
type Manner = 'right' | 'late' | 'inverted' | 'short' | 'hangs' | 'crashes';
type Double = { readonly trial: Manner; readonly work?: Manner; readonly from?: number; readonly decoding?: 'wrong' };

/**
 * An ffmpeg that seems to have NVENC: x264 or x265 with other parameters, or what a bad device would do. It is made of a
 * script before the real program; its decoder answers to `-hwaccel cuda`.
 */
async function deviceDouble(
  folder: string,
  { trial, work = 'right', from = 0, decoding }: Double,
): Promise<FfmpegTools> {
  const tools = await findFfmpeg();
  const path = join(folder, 'ffmpeg');
  const script = `#!/bin/bash
real=${tools.ffmpeg}
args=(); previous=; coder=; accelerated=
for a in "$@"; do
  case "$a" in h264_nvenc) coder=libx264; a=libx264;; hevc_nvenc) coder=libx265; a=libx265;; esac
  case "$previous" in -preset) [ "$a" = p5 ] && a=ultrafast;; esac
  case "$previous" in -hwaccel) accelerated=1; unset 'args[-1]'; previous=; continue;; esac
  case "$previous" in -rc|-cq) unset 'args[-1]'; previous=; continue;; esac
  [ "$previous" = -b:v ] && [ "$a" = 0 ] && { unset 'args[-1]'; args+=(-crf 18); previous=; continue; }
  args+=("$a"); previous="$a"
done
[ "$accelerated" = 1 ] && [ "${decoding ?? ''}" = wrong ] && for i in "\${!args[@]}"; do [ "\${args[$i]}" = -pix_fmt ] && args=("\${args[@]:0:$i}" -vf negate "\${args[@]:$i}") && break; done
[ -z "$coder" ] && exec $real "\${args[@]}"
[ $coder = libx265 ] && args=("\${args[@]:0:\${#args[@]}-1}" -x265-params log-level=error "\${args[-1]}")
case "$*" in *testsrc2*) manner=${trial};; *) echo x >> ${folder}/work; manner=right; [ $(wc -l < ${folder}/work) -gt ${from} ] && manner=${work};; esac
for i in "\${!args[@]}"; do
  case "\${args[$i]}" in *format=nv12*)
    [ $manner = late ] && args[$i]="\${args[$i]/format=nv12/setpts=PTS+1,tpad=start=1:start_mode=clone,trim=end_frame=9999,format=nv12}"
    [ $manner = inverted ] && args[$i]="\${args[$i]/format=nv12/negate,format=nv12}"
    [ $manner = short ] && args[$i]="\${args[$i]/format=nv12/select=lt(n\\\\,7),format=nv12}";;
  esac
done
echo $coder $manner >> ${folder}/log
[ $manner = hangs ] && exec sleep 600
[ $manner = crashes ] && { timeout -s KILL 0.15 $real "\${args[@]}"; kill -SEGV $$; }
exec $real "\${args[@]}"
`;
  await writeFile(path, script, { mode: 0o755 });
  return { ...tools, ffmpeg: path, encoders: new Set([...tools.encoders, 'h264_nvenc', 'hevc_nvenc']) };
}

const logOf = (folder: string) => readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
const pal = () => numberedClip({ clip: 2, rate: '25', frames: 250 });

const SEGMENTS = 4;
/** Longer than a loaded machine is silent for. */
const STALL_MS = 8000;

/** Segments of 80 frames each. */
async function film(folder: string, tools: FfmpegTools, codec: 'h264' | 'hevc' = 'h264') {
  const clips = Array.from({ length: SEGMENTS }, (_, n) => picture('pal', rate, n * 80, 80, (n * 13) % 160));
  const output = join(folder, 'out.mp4');
  const settings = { video: { codec, hardware: true, preset: 'ultrafast' }, audio: null };
  const options = {
    tools,
    workFolder: join(folder, 'segments'),
    deviceFolder: join(folder, 'devices'),
    deviceStallMs: STALL_MS,
  };
  const sources = await sourcesOf({ pal: await pal() });
  const report = await renderTimeline(timelineOf(rate, [clips], []), sources, output, settings, options);
  const expected = clips.flatMap(({ sourceIn }) => Array.from({ length: 80 }, (_, k) => sourceIn + k));
  return { report, output, expected };
}

async function decoded(path: string) {
  const luma = ['-fps_mode', 'passthrough', '-vf', 'format=yuv420p,extractplanes=y', '-f', 'rawvideo', 'pipe:1'];
  const args = ['-i', `file:${path}`, '-map', '0:v:0', ...luma];
  const run = startFfmpeg(await findFfmpeg(), { args, stage: 'test', stdout: 'pipe' });
  const frames: (number | undefined)[] = [];
  for await (const data of run.chunks(320 * 180)) {
    frames.push(readNumber({ data, width: 320, height: 180, channels: 1 })?.frame);
  }
  return { frames, complaints: (await run.done).messages };
}

describe('a graphics device is trusted only after a trial', () => {
  it.each(['late', 'inverted', 'short', 'crashes'] as const)('not one that is %s', async (trial) => {
    const folder = temporaryFolder();
    const tools = await deviceDouble(folder, { trial });
    expect(await workingDevice(tools, 'h264', join(folder, 'devices'))).toBeUndefined();
    const before = logOf(folder).length;
    // Asked once for each build, device and driver, and then remembered.
    expect(await workingDevice(tools, 'h264', join(folder, 'devices'))).toBeUndefined();
    expect(logOf(folder)).toHaveLength(before);
    expect(readdirSync(join(folder, 'devices'))).toHaveLength(1);
  });

  it('a right one is, with its decoder only where that is right to the bit', async () => {
    const folder = temporaryFolder();
    const right = await workingDevice(await deviceDouble(folder, { trial: 'right' }), 'h264', join(folder, 'devices'));
    expect(right).toMatchObject({ encoder: { id: 'h264_nvenc' }, decoding: 'cuda' });
    const other = temporaryFolder();
    const wrong = await deviceDouble(other, { trial: 'right', decoding: 'wrong' });
    const half = await workingDevice(wrong, 'h264', join(other, 'devices'));
    expect(half).toMatchObject({ encoder: { id: 'h264_nvenc' }, decoding: undefined });
  });
});

describe('a device that fails in the middle of a film', () => {
  it.each(
    testScale > 1
      ? (['late', 'inverted', 'short', 'hangs', 'crashes'] as const)
      : (['late', 'hangs', 'crashes'] as const),
  )(
    'because it is %s gives way to software, and what it made before stays',
    async (work) => {
      const folder = temporaryFolder();
      const tools = await deviceDouble(folder, { trial: 'right', work, from: 2 });
      const { report, output, expected } = await film(folder, tools);
      expect(await decoded(output)).toEqual({ frames: expected, complaints: [] });
      expect(report.copyRefused).toBeUndefined();
      expect(report.warnings).toMatchObject([{ code: 'hardware-failed', path: 'h264_nvenc' }]);
      // Two that were well, and at most as many that failed as were under way.
      const made = logOf(folder).filter((line) => line === 'libx264 right');
      expect(made).toHaveLength(1 + 2);
      const again = await film(folder, tools);
      expect(again.report).toMatchObject({ reused: SEGMENTS, warnings: [] });
      expect(logOf(folder).filter((line) => line === 'libx264 right')).toHaveLength(1 + 2);
    },
    60_000,
  );

  it('of H.265 is followed by software with parameter sets of its own', async () => {
    const folder = temporaryFolder();
    const tools = await deviceDouble(folder, { trial: 'right', work: 'crashes', from: 2 });
    const { report, output, expected } = await film(folder, tools, 'hevc');
    expect(await decoded(output)).toEqual({ frames: expected, complaints: [] });
    expect(report.warnings).toMatchObject([{ code: 'hardware-failed', path: 'hevc_nvenc' }]);
  }, 60_000);

  it('or never, and all of the film is its own', async () => {
    const folder = temporaryFolder();
    const { report, output, expected } = await film(folder, await deviceDouble(folder, { trial: 'right' }));
    expect(await decoded(output)).toEqual({ frames: expected, complaints: [] });
    expect(report.warnings).toEqual([]);
    expect(logOf(folder).filter((line) => line === 'libx264 right')).toHaveLength(1 + SEGMENTS);
  }, 60_000);
});
