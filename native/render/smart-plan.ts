import { primaryVideo } from '../../core/media/media.ts';
import { freeParameterId, sameParameters, type AvcParameters } from './avc-parameters.ts';
import { codedFileOf, type CodedFile } from './closed-groups.ts';
import { needsConversion } from './colour-tables.ts';
import { isPlain } from './direct-segment.ts';
import type { RenderPlan } from './render-plan.ts';
import type { RenderMedia, RenderSources } from './request.ts';
import { runsOf, type Run } from './runs.ts';
import { cutSegments, type CopiedPictures, type RenderSegment } from './segments.ts';

/** A plan whose segments with `copy` are not encoded; the others are encoded so that they join with them. */
export type SmartPlan = RenderPlan & { readonly parameters: AvcParameters };

/** Whether pictures are copied from sources. */
export function isSmart(plan: RenderPlan): plan is SmartPlan {
  return plan.parameters !== undefined;
}

type Candidate = { readonly run: Run; readonly media: RenderMedia; readonly file: CodedFile };
type Copy = { readonly from: number; readonly to: number; readonly pictures: CopiedPictures };

/**
 * The plan with whole closed groups of pictures taken from the sources wherever these already are what the film asks
 * for: H.264 of its size, rate, depth and colour, shown whole and unchanged at its own speed. Sources with other
 * parameter sets than most are encoded. Undefined where nothing can be copied.
 */
export async function planCopies(
  plan: RenderPlan,
  sources: RenderSources,
  build: string,
): Promise<SmartPlan | undefined> {
  const { settings, timeline } = plan;
  const { video } = settings;
  if (video?.codec !== 'h264' || (timeline.colourSpace ?? 'rec709') !== 'rec709') return undefined;
  const candidates = await findCandidates(plan, sources);
  const parameters = mostUsed(candidates);
  const parameterSetId = parameters === undefined ? undefined : freeParameterId(parameters);
  const profile = parameters === undefined ? undefined : PROFILES[parameters.profile];
  if (parameters === undefined || parameterSetId === undefined || profile === undefined) return undefined;
  const copies = candidates.filter(({ file }) => sameParameters(file.parameters, parameters)).flatMap(copyOf);
  if (copies.length === 0) return undefined;
  const matched = { ...settings, video: { ...video, match: { parameterSetId, profile } } };
  return {
    ...plan,
    settings: matched,
    parameters,
    segments: withCopies({ ...plan, settings: matched }, sources, copies, build),
  };
}

/** profile_idc of what 8-bit 4:2:0 films are coded in. */
const PROFILES: Readonly<Record<number, 'baseline' | 'main' | 'high'>> = { 66: 'baseline', 77: 'main', 100: 'high' };

async function findCandidates(plan: RenderPlan, sources: RenderSources): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  for (const run of runsOf({ from: 0, to: plan.frameCount }, plan.timeline, sources)) {
    const [shown] = run.layers;
    const media = shown === undefined ? undefined : sources.media(shown.mediaId);
    if (shown === undefined || media === undefined || !isPlain(run) || !matches(plan, media)) continue;
    const [first = 0] = shown.frames;
    const file = shown.frames.every((frame, n) => frame === first + n) ? await codedFileOf(media) : undefined;
    if (file !== undefined) found.push({ run, media, file });
  }
  return found;
}

/** Whether a source's pictures are of the film's size, rate, depth, shape and colour. */
function matches({ width, height, timeline: { rate } }: RenderPlan, { facts, frames }: RenderMedia): boolean {
  const video = primaryVideo(facts);
  if (video === undefined || frames?.kind !== 'constant') return false;
  const { colour, sampleAspect } = video;
  const isSameRate = frames.rate.num === rate.num && frames.rate.den === rate.den;
  const isSameSize = video.width === width && video.height === height;
  const isSquare = sampleAspect.num === sampleAspect.den && video.rotation === 0;
  const is709 = (name: string | undefined) => name === 'bt709' || (name === undefined && height >= 720);
  const isSameColour = colour.range !== 'pc' && is709(colour.matrix) && is709(colour.primaries ?? colour.matrix);
  const isAsIs = isSameColour && !needsConversion(video, 'rec709');
  return isSameRate && isSameSize && isSquare && isAsIs && video.pixelFormat === 'yuv420p';
}

/** The parameter sets that most pictures of the film could be copied with. */
function mostUsed(candidates: readonly Candidate[]): AvcParameters | undefined {
  const tally: { readonly parameters: AvcParameters; count: number }[] = [];
  for (const candidate of candidates) {
    const { parameters } = candidate.file;
    const count = copyOf(candidate).reduce((sum, { from, to }) => sum + to - from, 0);
    const known = tally.find((one) => sameParameters(one.parameters, parameters));
    if (known === undefined) tally.push({ parameters, count });
    else known.count += count;
  }
  return tally.sort((a, b) => b.count - a.count)[0]?.parameters;
}

/** The closed groups that lie wholly in a run: they are neighbours, so one stretch, unless the file has open ones. */
function copyOf({ run, media, file }: Candidate): readonly Copy[] {
  const [shown] = run.layers;
  const [start = 0] = shown?.frames ?? [];
  const end = start + run.to - run.from;
  const inside = file.groups.filter(({ from, to }) => from >= start && to <= end);
  const copies: Copy[] = [];
  for (const group of inside) {
    // Key frames inside may be open ones: players enter at the first only.
    const samples = file.samples
      .slice(group.first, group.first + group.to - group.from)
      .map((sample, n) => ({ ...sample, isSync: n === 0 }));
    const from = run.from + group.from - start;
    const last = copies.at(-1);
    const pictures = { path: media.path, samples };
    if (last?.to !== from) copies.push({ from, to: from + samples.length, pictures });
    else {
      const joined = { ...last.pictures, samples: [...last.pictures.samples, ...samples] };
      copies[copies.length - 1] = { from: last.from, to: from + samples.length, pictures: joined };
    }
  }
  return copies;
}

function withCopies(
  plan: RenderPlan,
  sources: RenderSources,
  copies: readonly Copy[],
  build: string,
): readonly RenderSegment[] {
  const look = { ...plan, build };
  const encoded = (from: number, to: number) =>
    from < to ? cutSegments(plan.timeline, sources, { from, to }, look) : [];
  const segments: Omit<RenderSegment, 'index'>[] = [];
  let at = 0;
  for (const { from, to, pictures } of copies) {
    segments.push(...encoded(at, from), { from, to, key: 'copied', copy: pictures });
    at = to;
  }
  segments.push(...encoded(at, plan.frameCount));
  return segments.map((segment, index) => ({ index, ...segment }));
}
