import { open, type FileHandle } from 'node:fs/promises';
import { frameCountOf } from '../../core/media/frames.ts';
import { contentHash, primaryVideo } from '../../core/media/media.ts';
import { parseAvcC, type AvcParameters } from './avc-parameters.ts';
import { readMp4Track, type Mp4Sample } from './mp4-samples.ts';
import type { RenderMedia } from './request.ts';

/**
 * Source frames `from` up to `to` that are decoded without any other: they begin with an IDR picture, and neither they
 * nor what follows refers across. `samples` are theirs, in the order of decoding.
 */
export type ClosedGroup = {
  readonly from: number;
  readonly to: number;
  /** The first of its samples among all. */
  readonly first: number;
};

/** An H.264 file in MP4 or QuickTime, as far as its coded pictures go. */
export type CodedFile = {
  readonly parameters: AvcParameters;
  readonly samples: readonly Mp4Sample[];
  /** Source frame of each sample. */
  readonly frames: readonly number[];
  /** In order; what lies before the first, or between two that are not neighbours, is in no closed group. */
  readonly groups: readonly ClosedGroup[];
};

const known = new Map<string, Promise<CodedFile | undefined>>();
const MOST_KNOWN = 64;

/** Reads a source's coded pictures; undefined where it is no H.264 in MP4 or QuickTime whose tables can be trusted. */
export function codedFileOf(media: RenderMedia): Promise<CodedFile | undefined> {
  const key = `${media.path} ${contentHash(media.facts.fingerprint)}`;
  const found = known.get(key) ?? readCodedFile(media);
  known.delete(key);
  known.set(key, found);
  for (const oldest of [...known.keys()].slice(0, Math.max(0, known.size - MOST_KNOWN))) known.delete(oldest);
  return found;
}

/** The last frame up to `first` that decoding can start at without loss; undefined where the file does not tell. */
export async function entryOf(media: RenderMedia, first: number): Promise<number | undefined> {
  const file = await codedFileOf(media);
  return file?.groups.findLast(({ from }) => from <= first)?.from;
}

async function readCodedFile({ path, facts, frames }: RenderMedia): Promise<CodedFile | undefined> {
  const video = primaryVideo(facts);
  if (video?.codec !== 'h264' || frames === undefined || frames.kind === 'still') return undefined;
  const track = await readMp4Track(path, video.index);
  const parameters = track?.avcC === undefined ? undefined : parseAvcC(track.avcC);
  if (track?.format !== 'avc1' || parameters === undefined) return undefined;
  const { samples } = track;
  // What an edit list hides would shift frame numbers.
  if (samples.length !== frameCountOf(frames)) return undefined;
  const shown = frameNumbers(samples);
  if (shown === undefined) return undefined;
  const file = await open(path, 'r');
  try {
    return { parameters, samples, frames: shown, groups: await groupsOf(file, samples, shown, parameters) };
  } finally {
    await file.close();
  }
}

/** The place of each sample in the order of showing; undefined where two are shown at the same time. */
function frameNumbers(samples: readonly Mp4Sample[]): readonly number[] | undefined {
  const order = samples.map((_, n) => n).sort((a, b) => (samples[a]?.pts ?? 0) - (samples[b]?.pts ?? 0));
  const numbers = Array.from({ length: samples.length }, () => 0);
  for (const [frame, n] of order.entries()) {
    numbers[n] = frame;
    if (frame > 0 && samples[n]?.pts === samples[order[frame - 1] ?? -1]?.pts) return undefined;
  }
  return numbers;
}

async function groupsOf(
  file: FileHandle,
  samples: readonly Mp4Sample[],
  shown: readonly number[],
  parameters: AvcParameters,
): Promise<readonly ClosedGroup[]> {
  const starts: number[] = [];
  for (const [n, sample] of samples.entries()) {
    if (sample.isSync && (await isIdr(file, sample, parameters))) starts.push(n);
  }
  const groups: ClosedGroup[] = [];
  for (const [k, first] of starts.entries()) {
    const end = starts[k + 1] ?? samples.length;
    let [from, to] = [Number.POSITIVE_INFINITY, 0];
    for (let n = first; n < end; n += 1) {
      from = Math.min(from, shown[n] ?? 0);
      to = Math.max(to, (shown[n] ?? 0) + 1);
    }
    // An IDR picture is shown first of its group, and the group's pictures are shown without gap.
    if (to - from === end - first && shown[first] === from) groups.push({ from, to, first });
  }
  return groups;
}

const IDR = 5;
const [LAST_SLICE, SPS, PPS] = [5, 7, 8];

/**
 * Whether a sample's first slice is one of an IDR picture: key frames of open groups are not. Parameter sets before it
 * must be those of the file's header.
 */
async function isIdr(file: FileHandle, { position, size }: Mp4Sample, parameters: AvcParameters): Promise<boolean> {
  const head = Buffer.alloc(5);
  for (let at = 0; at + 5 <= size; ) {
    await file.read(head, 0, 5, position + at);
    const length = head.readUInt32BE(0);
    const kind = (head[4] ?? 0) & 31;
    if (kind >= 1 && kind <= LAST_SLICE) return kind === IDR;
    if (kind === SPS || kind === PPS) {
      const unit = Buffer.alloc(length);
      await file.read(unit, 0, length, position + at + 4);
      const declared = kind === SPS ? parameters.sps : parameters.pps;
      if (!declared.some((one) => Buffer.compare(one, unit) === 0)) return false;
    }
    at += 4 + length;
  }
  return false;
}
