import { mediaId } from '../../core/media/media.ts';
import { flicks, ZERO_FLICKS } from '../../core/time/flicks.ts';
import { rational } from '../../core/time/rational.ts';
import { frameOfTime, timeOfFrame } from '../../core/time/rate.ts';
import { emptyTimeline } from '../../core/timeline/new-timeline.ts';
import { clipId, timelineId, type AudioClip } from '../../core/timeline/timeline.ts';
import type { FfmpegTools } from '../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../native/ffmpeg/run.ts';
import { inspectMedia, sourceFramesOfMedia } from '../../native/media/probe.ts';
import type { LoudnessReport } from '../../native/render/loudness.ts';
import { renderTimeline } from '../../native/render/render-timeline.ts';

const RATE = rational(25);

/** All of a file's first sound, rendered as a sound file at a loudness. */
export async function soundOf(
  path: string,
  output: string,
  codec: 'aac' | 'opus' | 'pcm',
  targetLufs: number,
): Promise<{ readonly path: string; readonly loudness: LoudnessReport }> {
  const inspected = await inspectMedia(path);
  const [stream] = inspected.facts.audio;
  if (stream === undefined) throw new Error(`${path} has no sound`);
  const frames = sourceFramesOfMedia(inspected);
  const span = { start: stream.offset, end: flicks(stream.offset + stream.duration) };
  const clip: AudioClip = {
    kind: 'audio',
    id: clipId('all'),
    mediaId: mediaId('file'),
    name: 'all',
    recordIn: ZERO_FLICKS,
    duration: timeOfFrame(Math.max(1, frameOfTime(stream.duration, RATE, 'ceil')), RATE),
    sourceIn: stream.offset,
    speed: rational(1),
    enabled: true,
    linkId: null,
    note: '',
    streamOrdinal: 0,
    gainDb: 0,
    fadeIn: ZERO_FLICKS,
    fadeOut: ZERO_FLICKS,
  };
  const empty = emptyTimeline({ id: timelineId('t'), name: 't', rate: RATE, width: 320, height: 180 });
  const tracks = empty.tracks.map((track) => (track.kind === 'audio' ? { ...track, clips: [clip] } : track));
  const media = { path, facts: inspected.facts, frames };
  const sources = { media: () => media, source: () => ({ frames, audio: span }) };
  const loudness = { targetLufs, truePeakDbtp: -1 };
  const report = await renderTimeline({ ...empty, tracks }, sources, output, {
    video: null,
    audio: { codec },
    loudness,
  });
  if (report.loudness === undefined) throw new Error('no loudness was made');
  return { path: output, loudness: report.loudness };
}

/** What ffmpeg's ebur128 finds in a file's first sound, to a tenth; −70 where it finds none. */
export async function loudnessOf(
  tools: FfmpegTools,
  path: string,
): Promise<{ readonly lufs: number; readonly dbtp: number }> {
  const lines: string[] = [];
  const filter = ['-map', '0:a:0', '-af', 'ebur128=peak=true:framelog=verbose', '-f', 'null', '-', '-loglevel', 'info'];
  await runFfmpeg(tools, {
    args: ['-i', `file:${path}`, ...filter],
    stage: 'test',
    onLine: (line) => lines.push(line) > 0,
  });
  const text = lines.slice(lines.findIndex((line) => line.includes('Summary'))).join('\n');
  const number = (pattern: RegExp) => Number((pattern.exec(text)?.[1] ?? 'NaN').replace('inf', 'Infinity'));
  return { lufs: number(/I:\s+(-?[\d.]+) LUFS/), dbtp: number(/Peak:\s+(-?[\d.]+|-inf) dBFS/) };
}
