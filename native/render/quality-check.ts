import { z } from 'zod';
import type { QualityReport, QualitySpan } from '../../core/output/quality.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { checkInput, type CheckedInput } from '../ffmpeg/input.ts';
import { askFfprobeJson } from '../ffmpeg/query.ts';
import { runFfmpeg } from '../ffmpeg/run.ts';
import { listPackets } from '../media/frame-table.ts';
import type { RenderPlan } from './render-plan.ts';
import { RENDER_SAMPLE_RATE } from './request.ts';

/** Longer films are looked at by their key frames: decoding all would cost a good part of the export again. */
const MOST_FRAMES = 1500;
/** Shorter spans are cuts and blinks, in seconds. */
const SHORTEST_BLACK_S = 0.5;
const SHORTEST_FROZEN_S = 2;
/** A second counts as clipped from this peak on, in dBFS. */
const CLIPPED_DBFS = -0.01;

/**
 * Looks at a finished film: its frames are counted, black and frozen pictures, full-scale sound and loudness
 * (EBU R128) found in one run of ffmpeg.
 *
 * @throws MontageError as ffmpeg's messages tell
 */
export async function checkQuality(
  tools: FfmpegTools,
  plan: RenderPlan,
  path: string,
  signal?: AbortSignal,
): Promise<QualityReport> {
  const input = await checkInput(path);
  const { packets } = await listPackets(tools, input, signal);
  const { video, audio } = plan.settings;
  const hasSound = audio !== null && packets.size > (video === null ? 0 : 1);
  const everyFrame = plan.frameCount <= MOST_FRAMES;
  const findings = newFindings();
  const skip = everyFrame ? [] : ['-skip_frame', 'nokey'];
  await runFfmpeg(tools, {
    args: [
      ...[...skip, '-protocol_whitelist', 'file', '-i', `file:${input.path}`, '-filter_complex'],
      [...(video === null ? [] : [PICTURES]), ...(hasSound ? [SOUND] : [])].join(';'),
      ...(video === null ? [] : ['-map', '[v]', '-fps_mode', 'passthrough']),
      ...(hasSound ? ['-map', '[a]'] : []),
      ...['-f', 'null', '-', '-loglevel', 'info'],
    ],
    stage: 'check',
    where: path,
    signal,
    onLine: (line) => findings.read(line),
  });
  const { rate } = plan.timeline;
  const frameCount = video === null ? 0 : (packets.get(0)?.length ?? 0);
  const durationS = await durationOf(tools, input, signal);
  return {
    durationS,
    expectedS: video === null ? plan.sampleCount / RENDER_SAMPLE_RATE : (plan.frameCount * rate.den) / rate.num,
    frameCount,
    expectedFrames: video === null ? 0 : plan.frameCount,
    lookedAt: video === null ? 'nothing' : everyFrame ? 'every-frame' : 'key-frames',
    ...findings.found(durationS),
  };
}

const durationSchema = z.object({ format: z.object({ duration: z.coerce.number() }) });

async function durationOf(tools: FfmpegTools, input: CheckedInput, signal?: AbortSignal): Promise<number> {
  const { value } = await askFfprobeJson(tools, input, ['-show_entries', 'format=duration'], durationSchema, signal);
  return value.format.duration;
}

const PICTURES = `[0:v:0]scale=320:-2:flags=fast_bilinear,blackdetect=d=${SHORTEST_BLACK_S}:pix_th=0.1,freezedetect=n=-60dB:d=${SHORTEST_FROZEN_S}[v]`;
const PEAK = 'lavfi.astats.Overall.Peak_level';
const SOUND = `[0:a:0]asetnsamples=48000,astats=metadata=1:reset=1,ametadata=mode=print:key=${PEAK},ebur128=peak=true[a]`;

type Found = Pick<QualityReport, 'black' | 'frozen' | 'clipped' | 'integratedLufs' | 'truePeakDbtp'>;

/** Reads what the filters say, line by line. */
function newFindings(): { read(line: string): boolean; found(endS: number): Found } {
  const black: QualitySpan[] = [];
  const frozen: QualitySpan[] = [];
  const clipped: QualitySpan[] = [];
  let [frozenFrom, second] = [Number.NaN, Number.NaN];
  let [lufs, peak] = [Number.NaN, Number.NaN];
  const numberIn = (pattern: RegExp, line: string) => Number(pattern.exec(line)?.[1] ?? Number.NaN);
  return {
    read(line) {
      const blackFrom = numberIn(/black_start:(\S+)/, line);
      if (!Number.isNaN(blackFrom)) black.push({ fromS: blackFrom, toS: numberIn(/black_end:(\S+)/, line) });
      const starts = numberIn(/freeze_start: (\S+)/, line);
      if (!Number.isNaN(starts)) frozenFrom = starts;
      const ends = numberIn(/freeze_end: (\S+)/, line);
      if (!Number.isNaN(ends)) {
        frozen.push({ fromS: frozenFrom, toS: ends });
        frozenFrom = Number.NaN;
      }
      const time = numberIn(/pts_time:(\S+)/, line);
      if (!Number.isNaN(time)) second = time;
      const level = numberIn(/Peak_level=(\S+)/, line);
      if (level >= CLIPPED_DBFS) addSecond(clipped, second);
      // ebur128's summary comes last.
      lufs = orBefore(numberIn(/\bI:\s+(-?[\d.]+) LUFS/, line), lufs);
      peak = orBefore(numberIn(/\bPeak:\s+(-?[\d.]+) dBFS/, line), peak);
      return true;
    },
    found(endS) {
      if (!Number.isNaN(frozenFrom) && endS - frozenFrom >= SHORTEST_FROZEN_S) {
        frozen.push({ fromS: frozenFrom, toS: endS });
      }
      // The gate's floor is what silence measures.
      const isSilent = Number.isNaN(lufs) || lufs <= -70;
      const truePeakDbtp = Number.isNaN(peak) ? null : peak;
      return { black, frozen, clipped, integratedLufs: isSilent ? null : lufs, truePeakDbtp };
    },
  };
}

function orBefore(value: number, before: number): number {
  return Number.isNaN(value) ? before : value;
}

function addSecond(spans: QualitySpan[], fromS: number): void {
  const last = spans.at(-1);
  if (last !== undefined && Math.abs(last.toS - fromS) < 0.01) spans[spans.length - 1] = { ...last, toS: fromS + 1 };
  else spans.push({ fromS, toS: fromS + 1 });
}
