import { displaySize, primaryVideo, type VideoStream } from '../media/media.ts';
import { isFrameAligned, frameOfTime, type Rate } from '../time/rate.ts';
import { flicks, type Flicks } from '../time/flicks.ts';
import { valueAt, type Curve, type Keyframe } from '../timeline/keyframes.ts';
import { NO_CROP, NO_TRANSFORM, type Crop } from '../timeline/picture.ts';
import { fittedSize, type FrameSize } from '../timeline/placement-geometry.ts';
import type { AudioClip, VideoClip } from '../timeline/timeline.ts';
import { loss, type Cut, type CutClip } from './export-cut.ts';
import type { LossKind } from './handoff.ts';
import { leaf, node, type XmlNode } from './xml-write.ts';

/** A clip whose effects are written: `when` of a keyframe counts from `origin`, the clip's own frame at its start. */
export type EffectTarget<C extends VideoClip | AudioClip> = {
  readonly cut: Cut;
  readonly item: CutClip<C>;
  readonly origin: number;
  /** Whether losses are listed: once per clip, not per exploded channel. */
  readonly isFirst: boolean;
};

type Target = EffectTarget<VideoClip> | EffectTarget<AudioClip>;

function lose(target: Target, kind: LossKind, severity: 'cut' | 'detail', message: string): void {
  const { clip, place } = target.item;
  if (target.isFirst) target.cut.losses.push(loss(kind, severity, clip.name, place, message));
}

/** A filter with one effect as Premiere and Final Cut 7 know it. */
export function effectFilter(
  name: string,
  id: string,
  category: string,
  media: 'video' | 'audio',
  parameters: readonly XmlNode[],
): XmlNode {
  const head = [
    leaf('name', name),
    leaf('effectid', id),
    leaf('effectcategory', category),
    leaf('effecttype', category),
  ];
  return node('filter', {}, [node('effect', {}, [...head, leaf('mediatype', media), ...parameters])]);
}

/** A parameter with one value that never changes. */
export function plainParameter(id: string, name: string, value: string, range?: readonly [number, number]): XmlNode {
  return node('parameter', { authoringApp: 'PremierePro' }, [
    leaf('parameterid', id),
    leaf('name', name),
    ...(range === undefined ? [] : [leaf('valuemin', range[0]), leaf('valuemax', range[1])]),
    leaf('value', value),
  ]);
}

/** The shortest text of a number without the noise of decimal fractions. */
export function numberLeaf(value: number): string {
  return String(Number(value.toFixed(10)) + 0);
}

type Parts = (at: Flicks | undefined) => readonly XmlNode[];

/** A parameter whose value or parts follow curves; keyframes stand wherever one of the curves has one. */
function movingParameter(
  target: Target,
  id: string,
  name: string,
  curves: readonly (Curve | undefined)[],
  range: readonly [number, number] | undefined,
  parts: Parts,
): XmlNode {
  const { rate } = target.cut.timeline;
  const moving = curves.filter((curve) => curve !== undefined);
  const keys = new Map<number, Keyframe>();
  for (const keyframe of moving.flat()) {
    const frame = frameOfTime(keyframe.at, rate, 'nearest');
    if (!keys.has(frame)) keys.set(frame, keyframe);
  }
  listResampling(target, name, moving, rate);
  const keyframes = [...keys]
    .toSorted(([a], [b]) => a - b)
    .map(([frame, keyframe]) =>
      node('keyframe', {}, [
        leaf('when', target.origin + frame),
        ...parts(keyframe.at),
        node('interpolation', {}, [leaf('name', INTERPOLATIONS[keyframe.interpolation])]),
      ]),
    );
  return node('parameter', { authoringApp: 'PremierePro' }, [
    leaf('parameterid', id),
    leaf('name', name),
    ...(range === undefined ? [] : [leaf('valuemin', range[0]), leaf('valuemax', range[1])]),
    ...parts(undefined),
    ...keyframes,
  ]);
}

const INTERPOLATIONS = { linear: 'linear', hold: 'hold', smooth: 'bezier' } as const;

function listResampling(target: Target, name: string, moving: readonly Curve[], rate: Rate): void {
  if (moving.flat().some((keyframe) => !isFrameAligned(keyframe.at, rate)))
    lose(target, 'keyframes', 'detail', `key frames of its ${name} that lie between frames are moved to the next`);
  const shape = (curve: Curve) => curve.map((keyframe) => `${keyframe.at} ${keyframe.interpolation}`).join(' ');
  const [first, ...others] = moving;
  if (first !== undefined && others.some((other) => shape(other) !== shape(first)))
    lose(target, 'keyframes', 'detail', `the parts of its ${name} share one set of key frames there`);
}

/** Opacity, motion, crop and blend of a picture. */
export function pictureFilters(target: EffectTarget<VideoClip>): readonly XmlNode[] {
  const { clip } = target.item;
  const filters: XmlNode[] = [];
  const motion = motionFilter(target);
  if (motion !== undefined) filters.push(motion);
  const crop = cropFilter(target);
  if (crop !== undefined) filters.push(crop);
  const opacity = opacityCurve(target);
  if (clip.opacity !== 1 || opacity !== undefined) {
    const value: Parts = (at) => [
      leaf('value', numberLeaf(100 * (at === undefined ? clip.opacity : valueAt(opacity, at, clip.opacity)))),
    ];
    const parameter = movingParameter(target, 'opacity', 'opacity', [opacity], [0, 100], value);
    filters.push(effectFilter('Opacity', 'opacity', 'motion', 'video', [parameter]));
  }
  if (clip.retiming === 'flow') lose(target, 'retiming', 'detail', 'its motion-compensated frames become blended ones');
  return filters;
}

/** The opacity as one curve; fades of the clip are key frames of it. */
function opacityCurve(target: EffectTarget<VideoClip>): Curve | undefined {
  const { clip } = target.item;
  const [fadeIn, fadeOut] = [clip.fadeIn ?? 0, clip.fadeOut ?? 0];
  const own = clip.keyframes?.opacity;
  if (fadeIn <= 0 && fadeOut <= 0) return own;
  lose(target, 'fade', 'detail', 'its fades are written as key frames of its opacity');
  const times = new Set<number>([
    0,
    fadeIn,
    clip.duration - fadeOut,
    clip.duration,
    ...(own ?? []).map(({ at }) => at),
  ]);
  const share = (at: number) =>
    Math.min(
      fadeIn > 0 ? Math.min(1, Math.max(0, at / fadeIn)) : 1,
      fadeOut > 0 ? Math.min(1, Math.max(0, (clip.duration - at) / fadeOut)) : 1,
    );
  return [...times]
    .filter((at) => at >= 0 && at <= clip.duration)
    .toSorted((a, b) => a - b)
    .map((at) => ({
      at: flicks(at),
      value: valueAt(own, flicks(at), clip.opacity) * share(at),
      interpolation: own?.findLast((keyframe) => keyframe.at <= at)?.interpolation ?? 'linear',
    }));
}

/** How a picture meets its frame, and what of that Basic Motion has to say. */
type Geometry = {
  readonly frame: FrameSize;
  /** The picture as the target program sees it, and frame pixels for each of its own. */
  readonly picture: FrameSize;
  readonly across: number;
  readonly down: number;
  /** Quarter turns that the target program does not make by itself. */
  readonly turn: 0 | 90 | 180 | 270;
};

function geometryOf({ cut, item }: EffectTarget<VideoClip>): Geometry {
  const { width, height } = cut.timeline;
  const frame = { width, height };
  const stream = item.content === undefined ? primaryVideo(item.media) : undefined;
  if (stream === undefined) {
    const own = item.content?.kind === 'nested' ? item.content.timeline : frame;
    return { frame, picture: { width: own.width, height: own.height }, ...factors(own, frame, item.clip), turn: 0 };
  }
  const seen = displaySize(stream);
  const turn = cut.profile.rotation === 'transform' ? stream.rotation : 0;
  const picture = turn === 90 || turn === 270 ? { width: seen.height, height: seen.width } : seen;
  return { frame, picture, ...factors(seen, frame, item.clip), turn };
}

function factors(seen: FrameSize, frame: FrameSize, { fit }: VideoClip): { across: number; down: number } {
  const fitted = fittedSize(seen, frame, fit === 'blur' ? 'fit' : fit);
  return { across: fitted.width / seen.width, down: fitted.height / seen.height };
}

/** The size a file's picture has for the target program: as shown, or as coded where the clip is turned instead. */
export function writtenSize(cut: Cut, stream: VideoStream): FrameSize {
  const seen = displaySize(stream);
  const isTurned = stream.rotation === 90 || stream.rotation === 270;
  return cut.profile.rotation === 'transform' && isTurned ? { width: seen.height, height: seen.width } : seen;
}

function listFit(target: EffectTarget<VideoClip>, geometry: Geometry): void {
  const { clip } = target.item;
  const { fit } = clip;
  const isSameShape = Math.abs(geometry.across - geometry.down) < 1e-9;
  if (fit === 'blur') lose(target, 'fit', 'cut', 'its blurred background is lost; bars stand there');
  else if (fit === 'fill') lose(target, 'fit', 'detail', 'it fills the frame by its scale');
  else if (fit === 'stretch' && isSameShape) lose(target, 'fit', 'detail', 'it already has the shape of the frame');
  else if (fit === 'stretch') lose(target, 'fit', 'cut', 'it cannot be stretched; its width decides');
  if (geometry.turn !== 0) lose(target, 'transform', 'detail', `its file is turned by a rotation of ${geometry.turn}°`);
  const { keyframes, transform = NO_TRANSFORM } = clip;
  const key = (curve: Curve | undefined) => JSON.stringify(curve ?? null);
  if (transform.scaleX !== transform.scaleY || key(keyframes?.scaleX) !== key(keyframes?.scaleY))
    lose(target, 'transform', 'cut', 'its width and height scale apart, which Basic Motion cannot; its width decides');
  if (transform.scaleX < 0 || keyframes?.scaleX?.some(({ value }) => value < 0) === true)
    lose(target, 'transform', 'cut', 'it is mirrored, which Basic Motion cannot');
}

function motionFilter(target: EffectTarget<VideoClip>): XmlNode | undefined {
  const { item } = target;
  if (item.content?.kind === 'title' && item.clip.transform === undefined && !moves(item.clip)) return undefined;
  const geometry = geometryOf(target);
  const { clip } = item;
  const { frame, picture, across, down, turn } = geometry;
  listFit(target, geometry);
  const { transform = NO_TRANSFORM, keyframes } = clip;
  const isPlain = Math.abs(across - 1) < 1e-12 && turn === 0 && clip.transform === undefined && !moves(clip);
  if (isPlain) return undefined;
  const at = (parameter: (typeof MOVING)[number], time: Flicks | undefined) =>
    time === undefined ? transform[parameter] : valueAt(keyframes?.[parameter], time, transform[parameter]);
  const point = (horiz: number, vert: number) =>
    node('value', {}, [leaf('horiz', numberLeaf(horiz)), leaf('vert', numberLeaf(vert))]);
  // The anchor turns with the file where the clip turns instead of it.
  const anchor = (time: Flicks | undefined) => unturned(at('anchorX', time), at('anchorY', time), turn);
  const centre = (time: Flicks | undefined) => {
    const seen = turn === 90 || turn === 270 ? { width: picture.height, height: picture.width } : picture;
    const x = at('positionX', time) * frame.width + at('anchorX', time) * seen.width * across;
    const y = at('positionY', time) * frame.height + at('anchorY', time) * seen.height * down;
    return point(x / picture.width, y / picture.height);
  };
  const scale: Parts = (time) => [leaf('value', numberLeaf(100 * across * Math.abs(at('scaleX', time))))];
  const rotation: Parts = (time) => [leaf('value', numberLeaf(at('rotationDegrees', time) + turn))];
  const { positionX, positionY, anchorX, anchorY } = keyframes ?? {};
  return effectFilter('Basic Motion', 'basic', 'motion', 'video', [
    movingParameter(target, 'scale', 'Scale', [keyframes?.scaleX], [0, 10_000], scale),
    movingParameter(target, 'rotation', 'Rotation', [keyframes?.rotationDegrees], [-8640, 8640], rotation),
    movingParameter(target, 'center', 'Center', [positionX, positionY, anchorX, anchorY], undefined, (time) => [
      centre(time),
    ]),
    movingParameter(target, 'centerOffset', 'Anchor Point', [anchorX, anchorY], undefined, (time) => [
      point(...anchor(time)),
    ]),
    plainParameter('antiflicker', 'Anti-flicker Filter', '0', [0, 1]),
  ]);
}

const MOVING = ['positionX', 'positionY', 'scaleX', 'scaleY', 'rotationDegrees', 'anchorX', 'anchorY'] as const;

function moves({ keyframes }: VideoClip): boolean {
  return MOVING.some((parameter) => keyframes?.[parameter] !== undefined);
}

/** A point of the shown picture in the file's own axes, before the file is turned clockwise. */
function unturned(x: number, y: number, turn: Geometry['turn']): readonly [number, number] {
  if (turn === 90) return [y, -x];
  if (turn === 180) return [-x, -y];
  return turn === 270 ? [-y, x] : [x, y];
}

const EDGES = ['left', 'top', 'right', 'bottom'] as const;
const CROPS = { left: 'cropLeft', top: 'cropTop', right: 'cropRight', bottom: 'cropBottom' } as const;

function cropFilter(target: EffectTarget<VideoClip>): XmlNode | undefined {
  const { clip } = target.item;
  const { crop = NO_CROP, keyframes } = clip;
  if (clip.crop === undefined && EDGES.every((edge) => keyframes?.[CROPS[edge]] === undefined)) return undefined;
  const { turn } = geometryOf(target);
  // Turning clockwise brings the file's left edge to the top, its top edge to the right, and so on.
  const shownEdge = (edge: keyof Crop) => EDGES[(EDGES.indexOf(edge) + turn / 90) % 4] ?? edge;
  const parameters = EDGES.map((edge) => {
    const shown = shownEdge(edge);
    const curve = keyframes?.[CROPS[shown]];
    return movingParameter(target, edge, edge, [curve], [0, 100], (time) => [
      leaf('value', numberLeaf(100 * (time === undefined ? crop[shown] : valueAt(curve, time, crop[shown])))),
    ]);
  });
  return effectFilter('Crop', 'crop', 'motion', 'video', parameters);
}

/** Level and pan of a sound; `level` is a factor of amplitude. */
export function soundFilters(target: EffectTarget<AudioClip>): readonly XmlNode[] {
  const { clip } = target.item;
  const filters: XmlNode[] = [];
  const gain = clip.keyframes?.gainDb;
  if (clip.gainDb !== 0 || gain !== undefined) {
    const value: Parts = (at) => [
      leaf('value', (10 ** ((at === undefined ? clip.gainDb : valueAt(gain, at, clip.gainDb)) / 20)).toFixed(8)),
    ];
    const parameter = movingParameter(target, 'level', 'Level', [gain], [0, 3.98109], value);
    filters.push(effectFilter('Audio Levels', 'audiolevels', 'audiolevels', 'audio', [parameter]));
  }
  const pan = clip.keyframes?.pan;
  if ((clip.pan ?? 0) !== 0 || pan !== undefined) {
    const still = clip.pan ?? 0;
    const parameter = movingParameter(target, 'pan', 'Pan', [pan], [-1, 1], (at) => [
      leaf('value', numberLeaf(at === undefined ? still : valueAt(pan, at, still))),
    ]);
    filters.push(effectFilter('Audio Pan', 'audiopan', 'audiopan', 'audio', [parameter]));
  }
  return filters;
}
