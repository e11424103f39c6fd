import { MontageError } from '../errors.ts';
import type { Media } from '../media/media.ts';
import { frameOfTime } from '../time/rate.ts';
import { formatTimecode } from '../time/timecode.ts';
import type {
  AudioClip,
  AudioTrack,
  Clip,
  Source,
  Timeline,
  Track,
  VideoClip,
  VideoTrack,
} from '../timeline/timeline.ts';
import type { ExportInput, InterchangeFormat, Loss, LossKind, LossPlace } from './handoff.ts';

/** A clip with what writers need of it: frames on the record grid and its media. */
export type CutClip<C extends Clip = Clip> = {
  readonly clip: C;
  /** Shown or heard: the clip's own state and its track's. */
  readonly enabled: boolean;
  readonly recordIn: number;
  readonly duration: number;
  readonly media: Media;
  readonly source: Source;
  readonly place: LossPlace;
};

export type CutTrack<C extends Clip = Clip, T extends Track = Track> = {
  readonly track: T;
  /** 'V1', 'A2': what editors call it. */
  readonly label: string;
  readonly clips: readonly CutClip<C>[];
};

/** A timeline laid out for writing; writers add to `losses` while they write. */
export type Cut = {
  readonly timeline: Timeline;
  readonly video: readonly CutTrack<VideoClip, VideoTrack>[];
  readonly audio: readonly CutTrack<AudioClip, AudioTrack>[];
  /** Frames from the first to the end of the last clip. */
  readonly length: number;
  readonly losses: Loss[];
};

/**
 * Lays a timeline out in frames and joins its media.
 * Clips whose media are unknown are left out and listed.
 */
export function layOut(input: ExportInput): Cut {
  const { timeline } = input;
  const losses: Loss[] = [];
  const video: CutTrack<VideoClip, VideoTrack>[] = [];
  const audio: CutTrack<AudioClip, AudioTrack>[] = [];
  for (const track of timeline.tracks) {
    if (track.kind === 'video') {
      const label = `V${video.length + 1}`;
      video.push({ track, label, clips: joined(input, track.clips, track.enabled, label, losses) });
    } else {
      const label = `A${audio.length + 1}`;
      audio.push({ track, label, clips: joined(input, track.clips, track.enabled, label, losses) });
    }
  }
  const ends = [...video, ...audio].flatMap((track) => track.clips.map((clip) => clip.recordIn + clip.duration));
  return { timeline, video, audio, length: ends.reduce((a, b) => Math.max(a, b), 0), losses };
}

function joined<C extends Clip>(
  input: ExportInput,
  clips: readonly C[],
  trackEnabled: boolean,
  label: string,
  losses: Loss[],
): readonly CutClip<C>[] {
  const { rate } = input.timeline;
  return clips.flatMap((clip) => {
    const recordIn = frameOfTime(clip.recordIn, rate, 'nearest');
    const place = { track: label, timecode: recordTimecode(input.timeline, recordIn) };
    const media = input.media(clip.mediaId);
    const source = input.sources.source(clip.mediaId);
    if (media === undefined || source === undefined || (clip.kind === 'video' && source.frames === undefined)) {
      losses.push(loss('media', 'cut', clip.name, place, 'its media are not known, so the clip is left out'));
      return [];
    }
    const duration = frameOfTime(clip.duration, rate, 'nearest');
    return [{ clip, enabled: clip.enabled && trackEnabled, recordIn, duration, media, source, place }];
  });
}

/** The record timecode of a frame that counts from the timeline's first. */
export function recordTimecode(timeline: Timeline, frame: number): string {
  return formatTimecode(timeline.startFrame + frame, timeline);
}

/** Builds a loss. */
export function loss(
  kind: LossKind,
  severity: Loss['severity'],
  what: string,
  where: LossPlace,
  message: string,
): Loss {
  return { kind, severity, what, where, message };
}

/**
 * Refuses rates that a format has no way to write.
 *
 * @throws MontageError E_INTERCHANGE_RATE
 */
export function demandTimebase(timeline: Timeline, format: InterchangeFormat): void {
  const { rate } = timeline;
  if (rate.den === 1 || rate.den === 1001) return;
  throw new MontageError({
    code: 'E_INTERCHANGE_RATE',
    message: `${format === 'edl' ? 'an EDL' : 'FCP7 XML'} counts whole frames per second and cannot hold ${rate.num}/${rate.den} fps`,
    where: timeline.name,
    hint: 'export OTIO or FCPXML, or change the timeline rate',
    stage: 'export',
  });
}
