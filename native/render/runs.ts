import type { FrameIndex } from '../../core/media/frames.ts';
import type { MediaId } from '../../core/media/media.ts';
import { layersAt, type Layer } from '../../core/timeline/composite.ts';
import type { SourceLookup, Timeline, VideoClip } from '../../core/timeline/timeline.ts';
import { timeOfFrame } from '../../core/time/rate.ts';

/** Consecutive output frames that show the same clips, from `from` up to `to`. */
export type Run = { readonly from: number; readonly to: number; readonly layers: readonly RunLayer[] };

/** What a run shows of one clip; `frames[k]` and `layers[k]` belong to its k-th output frame. */
export type RunLayer = {
  readonly clip: VideoClip;
  readonly mediaId: MediaId;
  /** Source frames. */
  readonly frames: readonly FrameIndex[];
  /** Opacity, placing, light and motion of each frame; the opacity of a fade changes from frame to frame. */
  readonly layers: readonly Layer[];
};

/** Whether two composites show the same clips, whatever their frames and placing. */
export function sameClips(a: readonly Layer[], b: readonly Layer[]): boolean {
  return a.length === b.length && a.every((layer, n) => layer.clip.id === b[n]?.clip.id);
}

/** What the output frames `from` up to `to` show, in runs. */
export function runsOf(
  span: { readonly from: number; readonly to: number },
  timeline: Timeline,
  sources: SourceLookup,
): readonly Run[] {
  const runs: Run[] = [];
  let open: { readonly from: number; readonly first: readonly Layer[]; readonly layers: Layer[][] } | undefined;
  const close = (to: number) => {
    if (open !== undefined) runs.push({ from: open.from, to, layers: open.layers.flatMap(runLayer) });
  };
  for (let frame = span.from; frame < span.to; frame += 1) {
    const layers = layersAt(timeline, sources, timeOfFrame(frame, timeline.rate));
    if (open === undefined || !sameClips(layers, open.first)) {
      close(frame);
      open = { from: frame, first: layers, layers: layers.map(() => []) };
    }
    const shown = open.layers;
    layers.forEach((layer, l) => shown[l]?.push(layer));
  }
  close(span.to);
  return runs;
}

function runLayer(layers: readonly Layer[]): readonly RunLayer[] {
  const [first] = layers;
  if (first === undefined) return [];
  const { clip } = first;
  return [{ clip, mediaId: clip.mediaId, frames: layers.map(({ frame }) => frame), layers }];
}
