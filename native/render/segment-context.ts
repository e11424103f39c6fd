import type { FfmpegTools } from '../ffmpeg/find.ts';
import type { RenderPlan } from './render-plan.ts';
import type { RenderSources } from './request.ts';

/** What rendering a segment needs besides the segment. */
export type SegmentContext = {
  readonly tools: FfmpegTools;
  readonly plan: RenderPlan;
  readonly sources: RenderSources;
  readonly signal?: AbortSignal | undefined;
  /** Called after every frame that went to the encoder. */
  readonly onFrame?: ((frame: number) => void) | undefined;
  /** What to do where a file that is as it was at import gives fewer pictures than it holds; 'conceal' by default. */
  readonly onDamage?: 'conceal' | 'abort' | undefined;
  /** Told once for each span of pictures that were made up, when the segment is done. */
  readonly onWarning?: ((warning: RenderWarning) => void) | undefined;
};

/**
 * What is not as it was asked for. 'damaged-source': pictures that could not be decoded, the one before was held.
 * 'no-optical-flow': a clip is retimed by mixing frames instead.
 */
export type RenderWarning = {
  readonly code: 'damaged-source' | 'no-optical-flow';
  /** The file or the clip. */
  readonly path: string;
  /** Source frames that were made up, both included. */
  readonly first?: number | undefined;
  readonly last?: number | undefined;
  /** One sentence that names the place. */
  readonly message: string;
};
