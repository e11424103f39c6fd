import type { SourceFrames } from '../../core/media/frames.ts';
import type { MediaFacts, MediaId } from '../../core/media/media.ts';
import type { AudioCodec, VideoCodec } from '../../core/output/codecs.ts';
import type { SourceLookup } from '../../core/timeline/timeline.ts';

/** A file that clips are cut from. `frames` are what the timeline addresses it by. */
export type RenderMedia = {
  readonly path: string;
  readonly facts: Pick<MediaFacts, 'kind' | 'video' | 'audio' | 'fingerprint'> & Partial<Pick<MediaFacts, 'remarks'>>;
  readonly frames: SourceFrames | undefined;
};

/** Finds the file behind a clip; undefined while it is offline. */
export interface RenderSources extends SourceLookup {
  media(mediaId: MediaId): RenderMedia | undefined;
}

export type RenderSettings = {
  /** null renders sound only. Size: the timeline's where not given. Quality: crf 18 where neither is given. */
  readonly video: {
    readonly codec: VideoCodec;
    readonly crf?: number | undefined;
    readonly bitrateKbps?: number | undefined;
    readonly width?: number | undefined;
    readonly height?: number | undefined;
    /** Whether the machine's graphics device may encode (H.264 and H.265); software does where it fails. */
    readonly hardware?: boolean | undefined;
    /** x264 and x265 speed, 'fast' by default. */
    readonly preset?: string | undefined;
    /** H.264 only: to be joined with pictures that have other parameter sets. */
    readonly match?: { readonly parameterSetId: number; readonly profile: 'baseline' | 'main' | 'high' } | undefined;
  } | null;
  /** null renders a silent film. */
  readonly audio: { readonly codec: AudioCodec; readonly bitrateKbps?: number | undefined } | null;
  readonly loudness?: LoudnessTarget | undefined;
  /** Takes pictures from sources as they are wherever these are what the film asks for. */
  readonly smart?: boolean | undefined;
  /** Encoder threads of each segment; as many as cores, eight at most, by default. Renders are identical for the same build and number. */
  readonly threads?: number | undefined;
};

/** EBU R128 integrated loudness and true peak that the whole sound is brought to. */
export type LoudnessTarget = { readonly targetLufs: number; readonly truePeakDbtp: number };

export const RENDER_SAMPLE_RATE = 48_000;
