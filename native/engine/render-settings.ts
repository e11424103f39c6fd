import type { RenderSettings } from '../render/render-plan.ts';
import { codecFor, containerOf } from '../render/containers.ts';

/** What a caller may wish for of a film. */
export type RenderWish = {
  readonly crf?: number | undefined;
  readonly bitrateKbps?: number | undefined;
  readonly audioBitrateKbps?: number | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
};

/**
 * Settings for an output whose extension picks the container; sound files hold no pictures.
 *
 * @throws MontageError E_CONTAINER
 */
export function settingsFor(output: string, wish: RenderWish): RenderSettings {
  const container = containerOf(output);
  const { crf, bitrateKbps, width, height, audioBitrateKbps } = wish;
  const isSound = container.video.length === 0;
  return {
    video: isSound ? null : { codec: codecFor(output, container.video, undefined), crf, bitrateKbps, width, height },
    audio: { codec: codecFor(output, container.audio, undefined), bitrateKbps: audioBitrateKbps },
  };
}
