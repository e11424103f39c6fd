import type { FfmpegTools } from '../ffmpeg/find.ts';
import type { RenderDevice } from './hardware-trial.ts';
import type { RenderPlan } from './render-plan.ts';
import type { RenderSources } from './request.ts';

/** What rendering a segment needs besides the segment. */
export type SegmentContext = {
  readonly tools: FfmpegTools;
  readonly plan: RenderPlan;
  readonly sources: RenderSources;
  readonly signal?: AbortSignal | undefined;
  /** What encodes instead of software. */
  readonly device?: RenderDevice | undefined;
  /** Where it is kept which devices work; the user's cache by default. */
  readonly deviceFolder?: string | undefined;
  /** How long an encoder may be silent, in ms; ffmpeg's usual limit by default. */
  readonly stallMs?: number | undefined;
  /** Called after every frame that went to the encoder. */
  readonly onFrame?: ((frame: number) => void) | undefined;
  /** What to do where a file that is as it was at import gives fewer pictures than it holds; 'conceal' by default. */
  readonly onDamage?: 'conceal' | 'abort' | undefined;
  /** Told once for each span of pictures that were made up, when the segment is done. */
  readonly onWarning?: ((warning: RenderWarning) => void) | undefined;
  /** Given all warnings of a segment as text before its file appears, to be told again where the file is used again. */
  readonly keepWarnings?: ((text: string) => Promise<unknown>) | undefined;
};

/**
 * What is not as it was asked for. 'damaged-source': pictures that could not be decoded, the one before was held
 * or what came of them is shown; or sound, of which is heard what came of it.
 * 'no-optical-flow': a clip is retimed by mixing frames instead. 'hardware-failed': software took over from a device.
 */
export type RenderWarning = {
  readonly code: 'damaged-source' | 'no-optical-flow' | 'hardware-failed';
  /** The file or the clip. */
  readonly path: string;
  /** Source frames that are not what was shot, both included. */
  readonly first?: number | undefined;
  readonly last?: number | undefined;
  /** One sentence that names the place. */
  readonly message: string;
};
