import { join } from 'node:path';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { parseAvcC, sameParameters, type AvcParameters } from './avc-parameters.ts';
import { sourceDamaged } from './damage.ts';
import { joinSegments } from './join.ts';
import { normaliseLoudness, type LoudnessReport } from './loudness.ts';
import { readMp4Track } from './mp4-samples.ts';
import type { RenderPlan } from './render-plan.ts';
import type { RenderSources } from './request.ts';
import { joinCopies } from './smart-join.ts';
import { isSmart } from './smart-plan.ts';
import type { RenderWarning } from './segment-context.ts';
import { soundWarnings } from './sound-damage.ts';
import type { SoundStretch } from './sound-source.ts';
import { mixSound } from './sound.ts';

export type FinishContext = {
  readonly tools: FfmpegTools;
  readonly plan: RenderPlan;
  readonly sources: RenderSources;
  /** For passing files: hours of PCM, and all coded pictures of a smart render. Whoever gives it removes it. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  readonly onSample?: ((sample: number) => void) | undefined;
  /** What to do where sound cannot be decoded; 'conceal' by default. */
  readonly onDamage?: 'conceal' | 'abort' | undefined;
};

export type FinishReport = {
  /** Frames that are the sources' own coded pictures. */
  readonly copiedFrames: number;
  /** What was done to the sound, where a loudness was asked for. */
  readonly loudness?: LoudnessReport | undefined;
  /** Where sound could not be decoded. */
  readonly damage: readonly RenderWarning[];
};

/**
 * Makes the film's sound and joins it with the segments. `segments` are the encoded ones' files by their index.
 *
 * @throws CopyRefused as `joinCopies`; MontageError E_DAMAGED where that is to abort, else as `mixSound`, `normaliseLoudness` and `joinSegments`
 */
export async function finishFilm(
  context: FinishContext,
  segments: ReadonlyMap<number, string>,
  output: string,
): Promise<FinishReport> {
  const { tools, plan, folder, signal } = context;
  const made = plan.settings.audio === null ? undefined : await makeSound(context);
  const sound = made?.path;
  const heard = { damage: made?.damage ?? [], ...(made?.loudness !== undefined && { loudness: made.loudness }) };
  if (isSmart(plan)) {
    const parts = { segments, sound, picturesPath: join(folder, 'pictures.mp4') };
    return { ...(await joinCopies(tools, plan, parts, output, signal)), ...heard };
  }
  const mixed = await mixedParameters(plan, segments);
  if (mixed !== undefined) {
    const parts = { segments, sound, picturesPath: join(folder, 'pictures.mp4') };
    return { ...(await joinCopies(tools, { ...plan, parameters: mixed }, parts, output, signal)), ...heard };
  }
  const paths = plan.segments.map(({ index }) => segments.get(index) ?? '');
  await joinSegments(tools, plan, { segments: paths, sound, listPath: join(folder, 'segments.txt') }, output, signal);
  return { copiedFrames: 0, ...heard };
}

/**
 * The parameter sets of a film's first segment, where others have other ones: a device made some and software the
 * others. Such a film needs one header that holds them all.
 */
async function mixedParameters(
  { settings: { video } }: RenderPlan,
  segments: ReadonlyMap<number, string>,
): Promise<AvcParameters | undefined> {
  if (video?.hardware !== true || video.codec !== 'h264') return undefined;
  let first: AvcParameters | undefined;
  let isMixed = false;
  for (const path of segments.values()) {
    const { avcC } = (await readMp4Track(path, 0)) ?? {};
    const own = avcC === undefined ? undefined : parseAvcC(avcC);
    if (own !== undefined && first !== undefined && !sameParameters(first, own)) isMixed = true;
    first ??= own;
  }
  return isMixed ? first : undefined;
}

type MadeSound = {
  readonly path: string;
  readonly damage: readonly RenderWarning[];
  readonly loudness?: LoudnessReport | undefined;
};

/** The film's sound, at the wanted loudness, as its encoder takes it. */
async function makeSound(context: FinishContext): Promise<MadeSound> {
  const { tools, plan, sources, folder, signal, onSample } = context;
  const mixed = join(folder, 'sound.f32');
  const suspects: SoundStretch[] = [];
  const onErrors = (stretches: readonly SoundStretch[]) => void suspects.push(...stretches);
  await mixSound({ tools, plan, sources, signal, onSample, onErrors }, mixed);
  const damage = await soundWarnings(tools, suspects, signal);
  const [first] = damage;
  if (first !== undefined && context.onDamage === 'abort') throw sourceDamaged(first.path);
  const { loudness: target, audio } = plan.settings;
  if (target === undefined) return { path: mixed, damage };
  const path = join(folder, 'levelled.f32');
  const loudness = await normaliseLoudness(tools, { from: mixed, to: path }, target, { audio, signal });
  return { path, damage, loudness };
}
