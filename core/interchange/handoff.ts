import type { PictureKeyframes, SoundKeyframes } from '../timeline/keyframes.ts';
import type { PictureEffects } from '../timeline/picture.ts';
import type {
  ColourSpace,
  MarkerColour,
  Metadata,
  Source,
  SourceLookup,
  Timeline,
  TrackKind,
} from '../timeline/timeline.ts';
import type { TransitionDirection, TransitionKind } from '../timeline/transition.ts';
import type { Profile } from './profiles.ts';
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
  /** What the program that will read it expects; absent = generic. */
  readonly profile?: Profile | undefined;
};

/** One text of an export; the first has the suffix ''. An EDL holds one track, so further tracks have '-V2', '-A1', … */
export type ExportFile = { readonly suffix: string; readonly text: string };

export type ExportResult = { readonly files: readonly ExportFile[]; readonly losses: readonly Loss[] };

/** What kind of thing a format, or our model, cannot hold. */
export type LossKind =
  | 'alignment'
  | 'blend'
  | 'captions'
  | 'channels'
  | 'colour'
  | 'colour-space'
  | 'crop'
  | 'curve'
  | 'disabled'
  | 'drop-frame'
  | 'effect'
  | 'fade'
  | 'fit'
  | 'freeze'
  | 'frame-size'
  | 'gain'
  | 'generator'
  | 'keyframes'
  | 'link'
  | 'lut'
  | 'marker'
  | 'media'
  | 'metadata'
  | 'name'
  | 'nested'
  | 'note'
  | 'off-grid'
  | 'opacity'
  | 'pan'
  | 'path'
  | 'rate'
  | 'retiming'
  | 'reverse'
  | 'source-in'
  | 'speed'
  | 'stabilise'
  | 'start-timecode'
  | 'stream'
  | 'title'
  | 'track'
  | 'track-state'
  | 'transform'
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
  /** What the file says of the media themselves. */
  readonly declared?: DeclaredMedia | undefined;
};

/** Facts of media that a file states, so that it can be converted while the media are missing. */
export type DeclaredMedia = {
  /** Seconds on the media's own clock at which the first frame lies (its timecode as real time). */
  readonly start?: Rational | undefined;
  readonly dropFrame?: boolean | undefined;
  /** Seconds. */
  readonly duration?: Rational | undefined;
  /** A picture without time. */
  readonly still?: boolean | undefined;
  /** Size on screen. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly colourSpace?: ColourSpace | undefined;
  /** Channels of each sound stream. */
  readonly audio?: readonly number[] | undefined;
  readonly sampleRateHz?: number | undefined;
};

/** A clip as the file describes it. Record times are frames of the imported timeline from its first frame. */
export type ImportedClip = {
  readonly name: string;
  readonly media: MediaReference;
  readonly recordIn: number;
  readonly duration: number;
  /**
   * Exact source time in seconds where playing starts; see `sourceOrigin`. Backwards that is the end of what is played:
   * the first frame shown is the one that ends there.
   */
  readonly sourceIn: Rational;
  /**
   * 'first-frame': counted from the media's first frame. 'timecode': counted from 00:00:00:00 of the media's own clock,
   * because the file does not say where the media start. 'label': the same, as a timecode label on the record grid (EDL).
   */
  readonly sourceOrigin: 'first-frame' | 'timecode' | 'label';
  /** The media's rate as the file declares it. */
  readonly sourceRate: Rate | undefined;
  /** Source time per record time; negative plays backwards, 0 holds the frame. */
  readonly speed: Rational;
  readonly enabled: boolean;
  readonly note: string;
  /** What plays where it is no file: a title (its text is in `effects`), or a nested timeline by its key. */
  readonly content?: { readonly kind: 'title' } | { readonly kind: 'nested'; readonly key: string } | undefined;
  /** At the in point, from the clip that abuts there or from nothing. */
  readonly head?: ImportedTransition | undefined;
  /** At the out point, to nothing. */
  readonly tail?: ImportedTransition | undefined;
  /** `at` counts frames from the clip's record in. */
  readonly markers?: readonly ImportedMarker[] | undefined;
  readonly effects?: Omit<PictureEffects, 'fadeIn' | 'fadeOut'> | undefined;
  readonly keyframes?: (PictureKeyframes & SoundKeyframes) | undefined;
  readonly pan?: number | undefined;
  /** What the file holds beside, kept verbatim. */
  readonly metadata?: Metadata | undefined;
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

/** Lengths in frames of the imported timeline, as the file asks for them. */
export type ImportedTransition = {
  readonly kind: TransitionKind;
  readonly inOffset: number;
  readonly outOffset: number;
  readonly direction?: TransitionDirection | undefined;
};

export type ImportedTrack = {
  readonly kind: TrackKind;
  readonly name: string;
  readonly enabled: boolean;
  readonly locked: boolean;
  readonly solo?: boolean | undefined;
  /** Absent = true. */
  readonly syncLock?: boolean | undefined;
  readonly captions?: { readonly language: string } | undefined;
  readonly metadata?: Metadata | undefined;
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
  readonly colourSpace?: ColourSpace | undefined;
  /** Timelines that clips play as media, by the key that `content` names; they hold none themselves. */
  readonly nested?: readonly { readonly key: string; readonly timeline: ImportedTimeline }[] | undefined;
  readonly metadata?: Metadata | undefined;
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
