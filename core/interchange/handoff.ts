import type { Source, SourceLookup, Timeline, TrackKind, MarkerColour } from '../timeline/timeline.ts';
import type { Media, MediaId } from '../media/media.ts';
import type { Rate } from '../time/rate.ts';
import type { Rational } from '../time/rational.ts';

/** OpenTimelineIO, Final Cut Pro XML 1.10, Final Cut Pro 7 XML (xmeml 4), CMX 3600 edit decision list. */
export type InterchangeFormat = 'otio' | 'fcpxml' | 'fcp7' | 'edl';

export const INTERCHANGE_FORMATS: readonly InterchangeFormat[] = ['otio', 'fcpxml', 'fcp7', 'edl'];

/** What an exporter is given: a checked timeline, its media, and their frames. */
export type ExportInput = {
  readonly timeline: Timeline;
  readonly media: (id: MediaId) => Media | undefined;
  readonly sources: SourceLookup;
};

/** One text of an export; the first has the suffix ''. An EDL holds one track, so further tracks have '-V2', '-A1', … */
export type ExportFile = { readonly suffix: string; readonly text: string };

export type ExportResult = { readonly files: readonly ExportFile[]; readonly losses: readonly Loss[] };

/** What kind of thing a format, or our model, cannot hold. */
export type LossKind =
  | 'colour'
  | 'curve'
  | 'disabled'
  | 'effect'
  | 'fade'
  | 'freeze'
  | 'frame-size'
  | 'gain'
  | 'generator'
  | 'link'
  | 'marker'
  | 'media'
  | 'name'
  | 'nested'
  | 'note'
  | 'opacity'
  | 'path'
  | 'rate'
  | 'reverse'
  | 'source-in'
  | 'speed'
  | 'start-timecode'
  | 'stream'
  | 'title'
  | 'track'
  | 'track-state'
  | 'transition'
  | 'variable-rate';

/** Where on the timeline, e.g. V1 at 01:00:04:12; `line` is the line of a text that was read. */
export type LossPlace = {
  readonly track?: string | undefined;
  readonly timecode?: string | undefined;
  readonly line?: number | undefined;
};

/**
 * One thing that does not survive. 'cut': what is shown or heard, or when, differs in the other program.
 * 'detail': a label, a state or a setting that editors can do without.
 */
export type Loss = {
  readonly kind: LossKind;
  readonly severity: 'cut' | 'detail';
  /** What it happened to: a clip's, track's or marker's name. */
  readonly what: string;
  readonly where: LossPlace;
  /** One plain sentence without a full stop at its end. */
  readonly message: string;
};

/** How a file that was read names a piece of media. */
export type MediaReference = {
  readonly name: string;
  /** As written in the file. */
  readonly url?: string | undefined;
  /** The absolute path that the URL means, POSIX or with a drive letter; undefined for anything not on this machine. */
  readonly path?: string | undefined;
  /** EDL reel (tape name). */
  readonly reel?: string | undefined;
};

/** A clip as the file describes it. Record times are frames of the imported timeline from its first frame. */
export type ImportedClip = {
  readonly name: string;
  readonly media: MediaReference;
  readonly recordIn: number;
  readonly duration: number;
  /** Exact source time in seconds of the first frame or sample used; see `sourceOrigin`. */
  readonly sourceIn: Rational;
  /**
   * 'first-frame': counted from the media's first frame. 'timecode': counted from 00:00:00:00 of the media's own clock,
   * because the file does not say where the media start. 'label': the same, as a timecode label on the record grid (EDL).
   */
  readonly sourceOrigin: 'first-frame' | 'timecode' | 'label';
  /** The media's rate as the file declares it. */
  readonly sourceRate: Rate | undefined;
  /** Source time per record time, positive. */
  readonly speed: Rational;
  readonly enabled: boolean;
  readonly note: string;
  /** Clips with the same group are linked. */
  readonly linkGroup: string | null;
  /** 0 … 1; 1 for sound. */
  readonly opacity: number;
  /** Sound only: source channels from 1 where the file says which; empty = the first stream. */
  readonly channels: readonly number[];
  /** Sound only: the stream, from 0, where the file names it by number. */
  readonly stream: number | undefined;
  readonly gainDb: number;
  /** Seconds. */
  readonly fadeIn: Rational;
  readonly fadeOut: Rational;
};

export type ImportedTrack = {
  readonly kind: TrackKind;
  readonly name: string;
  readonly enabled: boolean;
  readonly locked: boolean;
  readonly clips: readonly ImportedClip[];
};

export type ImportedMarker = {
  readonly at: number;
  readonly duration: number;
  readonly name: string;
  readonly note: string;
  readonly colour: MarkerColour;
};

/** A cut as a file describes it, before its media are found. */
export type ImportedTimeline = {
  readonly name: string;
  readonly rate: Rate;
  readonly startFrame: number;
  readonly dropFrame: boolean;
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** Video tracks bottom to top, then audio tracks top to bottom. */
  readonly tracks: readonly ImportedTrack[];
  readonly markers: readonly ImportedMarker[];
  /** What the file holds that this description does not, never dropped silently. */
  readonly losses: readonly Loss[];
};

export type ImportOptions = {
  /** The rate of an EDL, which carries none; guessed (and listed as a loss) where neither is known. */
  readonly rate?: Rate | undefined;
  /** Timecode of an EDL's first record frame as a frame count; else guessed from its first event. */
  readonly startFrame?: number | undefined;
};

/** A media file found for a reference. */
export type ResolvedMedia = { readonly media: Media; readonly source: Source };

export type ResolvedTimeline = { readonly timeline: Timeline; readonly losses: readonly Loss[] };
