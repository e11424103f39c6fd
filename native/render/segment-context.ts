import type { FfmpegTools } from '../ffmpeg/find.ts';
import type { RenderPlan, RenderSources } from './render-plan.ts';

/** What rendering a segment needs besides the segment. */
export type SegmentContext = {
  readonly tools: FfmpegTools;
  readonly plan: RenderPlan;
  readonly sources: RenderSources;
  readonly signal?: AbortSignal | undefined;
  /** Called after every frame that went to the encoder. */
  readonly onFrame?: ((frame: number) => void) | undefined;
};
