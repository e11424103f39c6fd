import { displaySize, primaryVideo } from '../media/media.ts';
import { frameDuration } from '../time/rate.ts';
import { secondsOfFlicks, type Seconds } from '../time/seconds.ts';
import type { Curve } from '../timeline/keyframes.ts';
import { NO_CROP, NO_TRANSFORM, type Fit } from '../timeline/picture.ts';
import { fittedSize } from '../timeline/placement-geometry.ts';
import type { VideoClip } from '../timeline/timeline.ts';
import { loss, type Cut, type CutClip } from './export-cut.ts';
import { numberText, timeText } from './fcpxml-format.ts';
import { animatedParam, jointCurve, valuesText, type JointCurve } from './fcpxml-write-keyframes.ts';
import { node, type XmlNode } from './xml-write.ts';

/** A clip whose picture is described: its cut, and where its own time starts. */
type Shown = { readonly cut: Cut; readonly item: CutClip<VideoClip>; readonly start: Seconds };

/** Crop, conform, transform, opacity and stabilisation of a picture, in the order of the DTD. */
export function pictureNodes(cut: Cut, item: CutClip<VideoClip>, start: Seconds): readonly (XmlNode | undefined)[] {
  const shown = { cut, item, start };
  listPictureLosses(shown);
  return [
    cropNode(shown),
    item.clip.fit === 'fill' ? node('adjust-conform', { type: 'fill' }) : undefined,
    transformNode(shown),
    blendNode(shown),
    item.clip.stabilise === true ? node('adjust-stabilization', { type: 'automatic' }) : undefined,
  ];
}

function listPictureLosses({ cut, item }: Shown): void {
  const { clip, place } = item;
  const add = (kind: 'fit' | 'transform', severity: 'cut' | 'detail', message: string) =>
    cut.losses.push(loss(kind, severity, clip.name, place, message));
  if (clip.fit === 'blur') add('fit', 'cut', 'Final Cut has no blurred fill: it is shown whole, with bars');
  if (clip.fit !== 'stretch') return;
  add('fit', 'detail', 'it is stretched by its scale instead of its spatial conform');
  add('transform', 'detail', 'its scale stretches it as well');
}

/** Width ÷ height of the media on screen; the frame's where they have no size of their own. */
function aspectOf({ cut, item }: Shown): number {
  const stream = primaryVideo(item.media);
  const size = stream === undefined ? sizeOfContent(cut, item) : displaySize(stream);
  return size.width / size.height;
}

function sizeOfContent({ timeline }: Cut, { content }: CutClip) {
  return content?.kind === 'nested' ? content.timeline : timeline;
}

/** Trims in per cent of the original picture's height (DTD), so across they grow with its shape. */
function cropNode(shown: Shown): XmlNode | undefined {
  const { clip } = shown.item;
  const crop = clip.crop ?? NO_CROP;
  const aspect = aspectOf(shown);
  const sides = [
    ['left', crop.left, clip.keyframes?.cropLeft, aspect],
    ['top', crop.top, clip.keyframes?.cropTop, 1],
    ['right', crop.right, clip.keyframes?.cropRight, aspect],
    ['bottom', crop.bottom, clip.keyframes?.cropBottom, 1],
  ] as const;
  if (sides.every(([, still, curve]) => still === 0 && curve === undefined)) return undefined;
  const attributes: Record<string, string> = {};
  const params = sides.map(([name, still, curve, shape]) => {
    const animated = joint(shown, [curve], [still]);
    if (animated === undefined) {
      if (still !== 0) attributes[name] = numberText(still * shape * 100);
      return undefined;
    }
    return animatedParam(name, animated, shown.start, 'curve', ([value = 0]) => numberText(value * shape * 100));
  });
  return node('adjust-crop', { mode: 'trim' }, [node('trim-rect', attributes, params)]);
}

/**
 * Positions and anchors in per cent of the frame's height, up positive; rotation counter-clockwise. Final Cut puts the
 * anchor at the position, Montage turns around it where it lies: the one is the other plus the anchor.
 */
function transformNode(shown: Shown): XmlNode | undefined {
  const { clip } = shown.item;
  const fit: Fit = clip.fit ?? 'fit';
  const keys = clip.keyframes ?? {};
  const still = clip.transform ?? NO_TRANSFORM;
  const isAnimated = TRANSFORM_KEYS.some((key) => keys[key] !== undefined);
  if (clip.transform === undefined && !isAnimated && fit !== 'stretch') return undefined;
  const frame = { width: shown.cut.timeline.width / shown.cut.timeline.height, height: 1 };
  const own = fittedSize({ width: aspectOf(shown), height: 1 }, frame, fit === 'fill' ? 'fill' : 'fit');
  const stretch = fit === 'stretch' ? { x: frame.width / own.width, y: 1 / own.height } : { x: 1, y: 1 };
  const meant = fit === 'stretch' ? frame : own;
  const write: TransformText = {
    position: ([x = 0, y = 0, anchorX = 0, anchorY = 0]) => [
      (x * frame.width + anchorX * meant.width) * 100,
      -(y + anchorY * meant.height) * 100,
    ],
    anchor: ([x = 0, y = 0]) => [x * own.width * 100, -y * own.height * 100],
    rotation: ([degrees = 0]) => [-degrees],
    scale: ([x = 1, y = 1]) => [x * stretch.x, y * stretch.y],
  };
  const anchored = [still.anchorX, still.anchorY];
  return assembled(shown, write, {
    anchor: [[keys.anchorX, keys.anchorY], anchored],
    position: [
      [keys.positionX, keys.positionY, keys.anchorX, keys.anchorY],
      [still.positionX, still.positionY, ...anchored],
    ],
    rotation: [[keys.rotationDegrees], [still.rotationDegrees]],
    scale: [
      [keys.scaleX, keys.scaleY],
      [still.scaleX, still.scaleY],
    ],
  });
}

const TRANSFORM_KEYS = ['positionX', 'positionY', 'scaleX', 'scaleY', 'rotationDegrees', 'anchorX', 'anchorY'] as const;

type TransformPart = 'position' | 'anchor' | 'rotation' | 'scale';
type TransformText = Readonly<Record<TransformPart, (values: readonly number[]) => readonly number[]>>;
type TransformValues = Readonly<Record<TransformPart, readonly [readonly (Curve | undefined)[], readonly number[]]>>;

const NEUTRAL: Readonly<Record<TransformPart, string>> = {
  position: '0 0',
  anchor: '0 0',
  rotation: '0',
  scale: '1 1',
};

function assembled(shown: Shown, write: TransformText, values: TransformValues): XmlNode {
  const attributes: Partial<Record<TransformPart, string>> = {};
  const params = (['anchor', 'position', 'rotation', 'scale'] as const).map((part) => {
    const [curves, constants] = values[part];
    const animated = joint(shown, curves, constants);
    const text = (numbers: readonly number[]) => valuesText(write[part](numbers));
    if (animated === undefined) {
      const still = text(constants);
      if (still !== NEUTRAL[part]) attributes[part] = still;
      return undefined;
    }
    if (part === 'position') listEase(shown, animated);
    return animatedParam(part, animated, shown.start, part === 'position' ? 'none' : 'curve', text);
  });
  const { position, scale, rotation, anchor } = attributes;
  return node('adjust-transform', { position, scale, rotation, anchor }, params);
}

function listEase({ cut, item }: Shown, curve: JointCurve): void {
  if (!curve.points.slice(0, -1).some((point) => point.interpolation === 'smooth')) return;
  const message = 'its position moves at even speed between keyframes: FCPXML cannot ease it';
  cut.losses.push(loss('keyframes', 'cut', item.clip.name, item.place, message));
}

const BLEND_NAMES: Readonly<Record<Exclude<VideoClip['blend'], undefined>, string | undefined>> = {
  normal: undefined,
  add: 'add',
  multiply: 'multiply',
  screen: 'screen',
  overlay: 'overlay',
  darken: 'darken',
  lighten: 'lighten',
  difference: 'difference',
};

function blendNode(shown: Shown): XmlNode | undefined {
  const { clip } = shown.item;
  const mode = BLEND_NAMES[clip.blend ?? 'normal'];
  const curve = joint(shown, [clip.keyframes?.opacity], [clip.opacity]);
  const fade = (name: string, duration: VideoClip['fadeIn']) =>
    duration === undefined || duration === 0
      ? undefined
      : node(name, { type: 'linear', duration: timeText(secondsOfFlicks(duration)) });
  const fades = [fade('fadeIn', clip.fadeIn), fade('fadeOut', clip.fadeOut)];
  const hasFade = fades.some((item) => item !== undefined);
  if (clip.opacity === 1 && mode === undefined && curve === undefined && !hasFade) return undefined;
  const text = ([value = 1]: readonly number[]) => numberText(value);
  const param =
    curve !== undefined
      ? animatedParam('amount', curve, shown.start, 'both', text, fades)
      : hasFade
        ? node('param', { name: 'amount' }, fades)
        : undefined;
  const amount = clip.opacity === 1 ? undefined : numberText(clip.opacity);
  return node('adjust-blend', { amount, mode }, [param]);
}

function joint(shown: Shown, curves: readonly (Curve | undefined)[], constants: readonly number[]) {
  const { cut, item } = shown;
  const curve = jointCurve(curves, constants, frameDuration(cut.timeline.rate));
  listCurveLosses(cut, item, curve);
  return curve;
}

/** Lists what Final Cut's keyframes cannot do of a curve. */
export function listCurveLosses(cut: Cut, item: CutClip, curve: JointCurve | undefined): void {
  const add = (severity: 'cut' | 'detail', message: string) =>
    cut.losses.push(loss('keyframes', severity, item.clip.name, item.place, message));
  if (curve?.stepped === true) add('detail', 'steps between keyframes are written as ramps of one frame');
  if (curve?.exact === false) add('cut', 'keyframes that ease at different times move a little differently in between');
}
