import {
  displaySize,
  primaryVideo,
  type AudioStream,
  type MediaFacts,
  type VideoStream,
} from '../../core/media/media.ts';
import type { Box } from '../../core/analysis/boxes.ts';
import { toNumber } from '../../core/time/rational.ts';
import { secondsOf } from '../../core/time/flicks.ts';
import { inputArgs, type CheckedInput } from '../ffmpeg/input.ts';

export type ProxyLines = 360 | 540 | 720 | 1080;

/** What one run is asked for. Nothing that is not asked for is decoded, scaled or encoded. */
export type PassWishes = {
  /** Short side of the proxy picture; undefined for no proxy. */
  readonly proxyLines?: ProxyLines | undefined;
  readonly thumbnails: boolean;
  readonly analysisFrames: boolean;
  /** Sound at its own rate, for loudness, rhythm and peaks. */
  readonly sound: boolean;
  /** 16 kHz mono, for speech. */
  readonly speech: boolean;
  /**
   * Frames are for finding shots alone, where nothing else is wanted of the picture: they are half as wide and high, and the
   * decoder is spared what they do not show.
   */
  readonly shotsOnly?: { readonly decoderThreads: number } | undefined;
  /** The part of the upright picture that small frames show, in parts of 1; only where nothing else is wanted of it. */
  readonly region?: Box | undefined;
};

export type Size = { readonly width: number; readonly height: number };

/** What a packet of the run's stdout is; the position is its stream number. */
export type PassStream = 'frames' | 'thumbnails' | 'still' | 'sound' | 'speech';

export type PassPlan = {
  /** Arguments for ffmpeg after its global options. */
  readonly args: readonly string[];
  readonly streams: readonly PassStream[];
  readonly analysisSize: Size;
  readonly thumbnailSize: Size;
  readonly video: VideoStream | undefined;
  readonly audio: AudioStream | undefined;
};

/** Analysis and thumbnails are made from a picture of this short side, so that they do not depend on the proxy's size. */
const BASE_LINES = 540;
const ANALYSIS_LONG_SIDE = 320;
const ANALYSIS_SHORT_SIDE = 180;
const MOST_THUMBNAILS = 240;
const LEAST_THUMBNAIL_SECONDS = 0.5;
const MOST_PROXY_TRACKS = 8;

/**
 * Plans one run of ffmpeg over a file: the proxy goes to `proxyPath`; small frames, thumbnails and sound travel together
 * through stdout as NUT, each packet with its exact time.
 */
export function planPass(input: CheckedInput, facts: MediaFacts, wishes: PassWishes, proxyPath: string): PassPlan {
  const video = primaryVideo(facts);
  const audio = facts.kind === 'still' ? undefined : facts.audio[0];
  const shown = shownSize(video);
  const analysisSize = wishes.shotsOnly !== undefined ? halved(analysisSizeOf(video)) : analysisSizeOf(video);
  const thumbnailSize = thumbnailSizeOf(video);
  const picture =
    video === undefined ? NOTHING : pictureGraph({ video, shown, analysisSize, thumbnailSize }, facts, wishes);
  const sound = audio === undefined ? NOTHING : soundGraph(audio, wishes);
  const graph = [...picture.graph, ...sound.graph].join(';');
  const piped = [...picture.piped, ...sound.piped];
  const args = [
    ...(wishes.shotsOnly === undefined ? [] : sparing(wishes.shotsOnly)),
    ...inputArgs(input),
    ...(graph === '' ? [] : ['-filter_complex', graph]),
    ...proxyOutput(facts, wishes, picture.hasProxy ? video : undefined, proxyPath),
    ...pipeOutput(piped),
  ];
  return { args, streams: piped.map(({ stream }) => stream), analysisSize, thumbnailSize, video, audio };
}

/**
 * Pictures that no other is made from go without deblocking, which small pictures do not show: no error can spread. A thread
 * more than there are cores, as decoders take by themselves, only costs.
 */
function sparing({ decoderThreads }: { readonly decoderThreads: number }): readonly string[] {
  const filters = ['-filter_complex_threads', '1'];
  return [...filters, '-threads', String(decoderThreads), '-skip_loop_filter', 'noref'];
}

function shownSize(video: VideoStream | undefined): Size {
  return video === undefined ? { width: 16, height: 9 } : displaySize(video);
}

/** How large the small frames of a stream are. */
export function analysisSizeOf(video: VideoStream | undefined): Size {
  return orient({ width: ANALYSIS_LONG_SIDE, height: ANALYSIS_SHORT_SIDE }, shownSize(video));
}

/** How large thumbnails of a stream are, upright and with square pixels. */
export function thumbnailSizeOf(video: VideoStream | undefined): Size {
  const shown = shownSize(video);
  return fitInside(shown, analysisSizeOf(video));
}

/** One stream of the run's stdout: what it is, the filter pad it comes from, encoder with one option. */
export type Piped = {
  readonly stream: PassStream;
  readonly pad: string;
  readonly codec: readonly string[];
  /** What pictures are made of: they keep its ticks. */
  readonly video?: VideoStream;
};
type Graph = { readonly graph: readonly string[]; readonly piped: readonly Piped[]; readonly hasProxy: boolean };
const NOTHING: Graph = { graph: [], piped: [], hasProxy: false };

type Sizes = {
  readonly video: VideoStream;
  readonly shown: Size;
  readonly analysisSize: Size;
  readonly thumbnailSize: Size;
};

function pictureGraph(sizes: Sizes, facts: MediaFacts, wishes: PassWishes): Graph {
  if (facts.kind === 'still') return stillGraph(sizes, wishes);
  const base = linesOf(sizes.shown, BASE_LINES);
  const proxy = wishes.proxyLines === undefined ? undefined : linesOf(sizes.shown, wishes.proxyLines);
  const sharesBase = proxy?.width === base.width && proxy.height === base.height;
  const fromBase = [
    ...(sharesBase ? ['[proxy]'] : []),
    ...(wishes.analysisFrames ? ['[toFrames]'] : []),
    ...(wishes.thumbnails ? ['[toThumbnails]'] : []),
  ];
  const ownProxy = proxy !== undefined && !sharesBase ? proxy : undefined;
  const source = `[0:${sizes.video.index}]`;
  // Nothing else is wanted of the picture: small frames come straight from the source.
  if (proxy === undefined && fromBase.length === 1 && wishes.analysisFrames) {
    const graph = [
      `${source}${cropped(wishes.region)}${scaled(sizes.analysisSize, wishes.shotsOnly !== undefined ? 'neighbor' : SMALL)}[frames]`,
    ];
    return {
      graph,
      piped: [{ stream: 'frames', pad: '[frames]', codec: ['rawvideo'], video: sizes.video }],
      hasProxy: false,
    };
  }
  const both = ownProxy !== undefined && fromBase.length > 0;
  const graph = [
    ...(both ? [`${source}split=2[toProxy][toBase]`] : []),
    ...(ownProxy === undefined ? [] : [`${both ? '[toProxy]' : source}${scaled(ownProxy, 'bilinear')}[proxy]`]),
    ...(fromBase.length === 0
      ? []
      : [`${both ? '[toBase]' : source}${scaled(base, 'bilinear')}${split(fromBase.length)}${fromBase.join('')}`]),
    ...(wishes.analysisFrames ? [`[toFrames]${scaled(sizes.analysisSize, SMALL)}[frames]`] : []),
    ...(wishes.thumbnails
      ? [`[toThumbnails]${everySoOften(facts)}${scaled(sizes.thumbnailSize, 'area', 'yuvj420p')}[thumbnails]`]
      : []),
  ];
  const frames: Piped = { stream: 'frames', pad: '[frames]', codec: ['rawvideo'], video: sizes.video };
  const jpeg = ['mjpeg', '-q', '5'];
  const thumbnails: Piped = { stream: 'thumbnails', pad: '[thumbnails]', codec: jpeg, video: sizes.video };
  const piped = [...(wishes.analysisFrames ? [frames] : []), ...(wishes.thumbnails ? [thumbnails] : [])];
  return { graph, piped, hasProxy: proxy !== undefined };
}

/** A filter that leaves a part of the upright picture, with a comma; none for all of it. */
export function cropped(region: Box | undefined): string {
  if (region === undefined) return '';
  const { x, y, w, h } = region;
  return `crop=w=iw*${w}:h=ih*${h}:x=iw*${x}:y=ih*${y},`;
}

/** Small frames are sampled, not averaged: a tenth of the work, and detail stays to be measured. */
export const SMALL = 'fast_bilinear';

const STILL_LINES = 1080;

/** A still's proxy is a JPEG that every viewer can show. */
function stillGraph(sizes: Sizes, wishes: PassWishes): Graph {
  const wanted: readonly (Piped & { readonly size: Size })[] = [
    ...(wishes.proxyLines === undefined
      ? []
      : [
          {
            stream: 'still' as const,
            pad: '[still]',
            codec: ['mjpeg', '-q', '2'],
            video: sizes.video,
            size: linesOf(sizes.shown, STILL_LINES),
          },
        ]),
    ...(wishes.thumbnails
      ? [
          {
            stream: 'thumbnails' as const,
            pad: '[thumbnails]',
            codec: ['mjpeg', '-q', '5'],
            video: sizes.video,
            size: sizes.thumbnailSize,
          },
        ]
      : []),
  ];
  if (wanted.length === 0) return NOTHING;
  const inner = wanted.map(({ pad }) => pad.replace('[', '[to'));
  const graph = [
    `[0:${sizes.video.index}]trim=end_frame=1${split(wanted.length)}${wanted.length > 1 ? '' : ',null'}${inner.join('')}`,
    ...wanted.map(({ pad, size }, index) => `${inner[index] ?? ''}${scaled(size, 'area', 'yuvj420p')}${pad}`),
  ];
  return { graph, piped: wanted, hasProxy: false };
}

/** The first picture, then one each so often: at most {@link MOST_THUMBNAILS} where the length is known. */
function everySoOften(facts: MediaFacts): string {
  const seconds = Math.max(LEAST_THUMBNAIL_SECONDS, secondsOf(facts.duration) / MOST_THUMBNAILS);
  return `select=isnan(prev_selected_t)+gte(t-prev_selected_t\\,${seconds.toFixed(3)}),`;
}

function split(count: number): string {
  return count > 1 ? `,split=${count}` : '';
}

/** Filters that bring a picture to a size with square pixels. */
export function scaled(size: Size, flags: string, format = 'yuv420p'): string {
  const threads = size.width * size.height > MOST_PIXELS_OF_ONE_THREAD ? '' : ':threads=1';
  return `scale=${size.width}:${size.height}:flags=${flags}${threads},setsar=1,format=${format}`;
}

/** Sharing out smaller pictures costs more than scaling them. */
const MOST_PIXELS_OF_ONE_THREAD = 320 * 320;

/** Samples in a packet: codecs give 1024 or fewer, and each packet costs as much as thousands of samples do. */
const SOUND_PACKET = 4096;
const SPEECH_PACKET = 8192;

/** Layouts whose channel order is known; others are taken as they come. */
const NAMED_LAYOUT = /^[0-9a-z.]+(?:\([a-z-]+\))?$/;

function soundGraph(audio: AudioStream, wishes: PassWishes): Graph {
  const piped: Piped[] = [
    ...(wishes.sound ? [{ stream: 'sound' as const, pad: '[sound]', codec: ['pcm_f32le'] }] : []),
    ...(wishes.speech ? [{ stream: 'speech' as const, pad: '[speech]', codec: ['pcm_s16le'] }] : []),
  ];
  if (piped.length === 0) return NOTHING;
  // Holes and overlaps of more than 0.1 s in the times are filled and trimmed: sample n stays at n ÷ rate.
  const even = `[0:${audio.index}]aresample=async=1`;
  const layout = NAMED_LAYOUT.test(audio.channelLayout) ? `:channel_layouts=${audio.channelLayout}` : '';
  const own = `aformat=sample_fmts=flt:sample_rates=${audio.sampleRateHz}${layout},asetnsamples=${SOUND_PACKET}:p=0`;
  const speech = `aresample=16000,aformat=sample_fmts=s16:sample_rates=16000:channel_layouts=mono,asetnsamples=${SPEECH_PACKET}:p=0`;
  const graph =
    piped.length === 2
      ? [`${even},asplit=2[toSound][toSpeech]`, `[toSound]${own}[sound]`, `[toSpeech]${speech}[speech]`]
      : [wishes.sound ? `${even},${own}[sound]` : `${even},${speech}[speech]`];
  return { graph, piped, hasProxy: false };
}

/** Codecs that keep samples as floating-point numbers. */
const FLOATS = /^pcm_f(?:16|24|32|64)/;

/**
 * An all-intra H.264 proxy with the source's own frame times, and AAC of its sound tracks: every seek is one decode.
 * Sound alone gives an M4A.
 */
function proxyOutput(
  facts: MediaFacts,
  wishes: PassWishes,
  video: VideoStream | undefined,
  path: string,
): readonly string[] {
  if (wishes.proxyLines === undefined || facts.kind === 'still') return [];
  const tracks = facts.audio.slice(0, MOST_PROXY_TRACKS);
  const picture =
    video === undefined
      ? ['-vn']
      : [
          ...['-map', '[proxy]', '-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '23', '-g', '1', '-bf', '0'],
          ...timesOf(video),
        ];
  const sound = tracks.flatMap((track, index) => [
    ...['-map', `0:${track.index}`, `-ac:a:${index}`, String(Math.min(2, Math.max(1, track.channels)))],
    // The encoder refuses samples that are not numbers; whole ones always are.
    ...(FLOATS.test(track.codec) ? [`-filter:a:${index}`, 'aformat=sample_fmts=s32'] : []),
  ]);
  const encoder = tracks.length === 0 ? [] : ['-c:a', 'aac', '-b:a', '128k', '-ar', '48000'];
  const plain = ['-map_metadata', '-1', '-map_chapters', '-1', '-fflags', '+bitexact', '-flags', '+bitexact'];
  return [...picture, ...sound, ...encoder, ...plain, ...QUEUE, '-f', 'mp4', `file:${path}`];
}

/** Streams that start late or pause must not make ffmpeg give up or hold seconds of pictures. */
const QUEUE = ['-max_muxing_queue_size', '4096', '-max_interleave_delta', '1000000'] as const;

/** Maps what filters made to the run's stdout, as NUT with the source's own times: those of each stream's own picture stream. */
export function pipeOutput(piped: readonly Piped[]): readonly string[] {
  if (piped.length === 0) return [];
  const streams = piped.flatMap(({ pad, codec, video }, index) => [
    ...['-map', pad, `-c:${index}`, codec[0] ?? ''],
    ...(codec[1] === undefined ? [] : [`${codec[1]}:${index}`, codec[2] ?? '']),
    ...(video === undefined ? [] : [`-enc_time_base:${index}`, `${video.timeBase.num}:${video.timeBase.den}`]),
  ]);
  const pictures = piped.some(({ video }) => video !== undefined);
  const times = pictures ? ['-fps_mode', 'passthrough'] : [];
  // Packing small pictures takes less than handing them to another thread.
  const onePerStream = pictures ? ['-threads:v', '1'] : [];
  return [...streams, ...times, ...onePerStream, ...QUEUE, '-write_index', '0', '-f', 'nut', 'pipe:1'];
}

/** Frames keep their times: none dropped, none doubled, in the stream's own ticks (a filter graph would round them). */
function timesOf(video: VideoStream | undefined): readonly string[] {
  if (video === undefined) return [];
  return ['-fps_mode', 'passthrough', '-enc_time_base:v', `${video.timeBase.num}:${video.timeBase.den}`];
}

/** The picture with its short side brought down to `lines`, even in both directions; never enlarged. */
export function linesOf(shown: Size, lines: number): Size {
  const factor = Math.min(1, lines / Math.min(shown.width, shown.height));
  return { width: even(shown.width * factor), height: even(shown.height * factor) };
}

function even(value: number): number {
  return Math.max(2, 2 * Math.round(value / 2));
}

function halved({ width, height }: Size): Size {
  return { width: width / 2, height: height / 2 };
}

function orient(landscape: Size, shown: Size): Size {
  return shown.height > shown.width ? { width: landscape.height, height: landscape.width } : landscape;
}

function fitInside(shown: Size, box: Size): Size {
  const factor = Math.min(box.width / shown.width, box.height / shown.height);
  return { width: even(shown.width * factor), height: even(shown.height * factor) };
}

/** Seconds that the run will take in, for progress; 0 where unknown. */
export function passSeconds(facts: MediaFacts): number {
  const video = primaryVideo(facts);
  const timing = video?.timing;
  if (timing === undefined || timing.kind === 'still') return secondsOf(facts.duration);
  if (timing.kind === 'variable') return secondsOf(timing.duration);
  return timing.frameCount / toNumber(timing.rate);
}
