import { extname } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import type { AudioCodec, ContainerId, VideoCodec } from '../../core/output/codecs.ts';
import { presetOf, type OutputPreset, type PresetId } from '../../core/output/presets.ts';
import type { RenderSettings } from '../render/request.ts';
import { codecFor, containerOf } from '../render/containers.ts';

/** What a caller may wish for of a film; what it says wins over its preset. */
export type RenderWish = {
  readonly preset?: PresetId | undefined;
  readonly codec?: VideoCodec | undefined;
  readonly audioCodec?: AudioCodec | undefined;
  readonly crf?: number | undefined;
  readonly bitrateKbps?: number | undefined;
  readonly audioBitrateKbps?: number | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** Whether pictures may be taken from sources as they are. */
  readonly smart?: boolean | undefined;
  /** Whether the machine's graphics device may encode. */
  readonly hardware?: boolean | undefined;
};

/**
 * Settings for an output whose extension picks the container; sound files hold no pictures.
 *
 * @throws MontageError E_CONTAINER where the container does not take a codec, or is not the preset's
 */
export function settingsFor(output: string, wish: RenderWish): RenderSettings {
  const container = containerOf(output);
  const preset = wish.preset === undefined ? undefined : presetOf(wish.preset);
  refuseOtherContainer(output, container.id, preset, wish);
  const { bitrateKbps } = wish;
  const isSound = container.video.length === 0;
  const size = { width: wish.width ?? preset?.video?.width, height: wish.height ?? preset?.video?.height };
  const device = wish.hardware === true ? { hardware: true } : {};
  const codec = wish.codec ?? preset?.video?.codec;
  const crf =
    wish.crf ?? (bitrateKbps === undefined && codec === preset?.video?.codec ? preset?.video?.crf : undefined);
  const audioBitrateKbps = wish.audioBitrateKbps ?? preset?.audio?.bitrateKbps;
  return {
    video: isSound ? null : { codec: codecFor(output, container.video, codec), crf, bitrateKbps, ...device, ...size },
    audio: isSilent(container.audio, wish)
      ? null
      : {
          codec: codecFor(output, container.audio, wish.audioCodec ?? preset?.audio?.codec),
          bitrateKbps: audioBitrateKbps,
        },
    ...(wish.smart === true && { smart: true }),
    ...(preset?.loudnessLufs !== undefined && { loudness: { targetLufs: preset.loudnessLufs, truePeakDbtp: -1 } }),
  };
}

function isSilent(takes: readonly AudioCodec[], { audioCodec }: RenderWish): boolean {
  return takes.length === 0 && audioCodec === undefined;
}

function refuseOtherContainer(
  output: string,
  id: ContainerId,
  preset: OutputPreset | undefined,
  wish: RenderWish,
): void {
  if (preset === undefined || preset.container === id || wish.codec !== undefined) return;
  throw new MontageError({
    code: 'E_CONTAINER',
    message: `the preset ${preset.name} makes .${preset.container} files, not ${extname(output)}`,
    where: output,
    stage: 'render',
    hint: `name a .${preset.container} file`,
  });
}

/**
 * The output's path with the extension that container or preset ask for, where it has none.
 *
 * @throws MontageError E_CONTAINER where it has another one than the container's
 */
export function outputPath(output: string, container: ContainerId | undefined, preset: PresetId | undefined): string {
  const wanted = container ?? (preset === undefined ? undefined : presetOf(preset).container);
  const extension = extname(output).slice(1).toLowerCase();
  if (wanted === undefined || extension === wanted) return output;
  if (extension === '') return `${output}.${wanted}`;
  if (container === undefined) return output;
  throw new MontageError({
    code: 'E_CONTAINER',
    message: `the output is called .${extension}, the container that was asked for is ${container}`,
    where: output,
    stage: 'render',
    hint: 'leave one of them out',
  });
}
