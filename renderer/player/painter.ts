import type { BlendMode, Title, TitleStyle } from '../../core/timeline/picture.ts';
import { fittedSize, placementOf, type FrameSize } from '../../core/timeline/placement-geometry.ts';
import type { PictureLayer } from './composition.ts';
import type { Picture } from './proxy-reader.ts';

type Canvas2d = CanvasRenderingContext2D;

/** Fits a picture into the canvas without changing its shape. */
export function fitInside(
  picture: { readonly width: number; readonly height: number },
  frame: { readonly width: number; readonly height: number },
): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } {
  const scale = Math.min(frame.width / picture.width, frame.height / picture.height);
  const width = Math.round(picture.width * scale);
  const height = Math.round(picture.height * scale);
  return { x: Math.floor((frame.width - width) / 2), y: Math.floor((frame.height - height) / 2), width, height };
}

/**
 * Draws layers bottom to top as the renderer composites them. `pictures` are those of the filmed layers in their order;
 * where one is missing its layer is left out. LUTs, stabilising and motion-compensated speed are the render's alone.
 */
export function paint(context: Canvas2d, layers: readonly PictureLayer[], pictures: readonly (Picture | null)[]): void {
  paintStack(context, layers, pictures.values());
}

function paintStack(
  context: Canvas2d,
  layers: readonly PictureLayer[],
  pictures: Iterator<Picture | null, unknown, unknown>,
): void {
  context.fillStyle = '#000';
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  for (const layer of layers) {
    const drawn = drawingOf(context, layer, pictures);
    if (drawn === undefined) continue;
    context.save();
    context.globalAlpha = layer.opacity;
    context.globalCompositeOperation = OPERATIONS[layer.blend ?? 'normal'];
    if (layer.light !== undefined) context.filter = `brightness(${layer.light})`;
    place(context, layer, drawn);
    context.restore();
  }
}

/** W3C Compositing names them as canvases do, but for these two. */
const OPERATIONS: Record<BlendMode, GlobalCompositeOperation> = {
  normal: 'source-over',
  add: 'lighter',
  multiply: 'multiply',
  screen: 'screen',
  overlay: 'overlay',
  darken: 'darken',
  lighten: 'lighten',
  difference: 'difference',
};

/** A picture of known size that can be drawn into a box; `seeThrough` has nothing where it shows nothing. */
type Drawing = FrameSize & {
  readonly seeThrough: boolean;
  draw(context: Canvas2d, x: number, y: number, width: number, height: number): void;
};

function drawingOf(
  context: Canvas2d,
  layer: PictureLayer,
  pictures: Iterator<Picture | null, unknown, unknown>,
): Drawing | undefined {
  const { width, height } = context.canvas;
  if (layer.title !== undefined) return cachedTitle(layer.title, { width, height });
  if (layer.nested !== undefined) {
    const inner = nestCanvas({ width: (layer.nested.width / layer.nested.height) * height, height });
    if (inner === undefined) return undefined;
    paintStack(inner, layer.nested.layers, pictures);
    return ofCanvas(inner.canvas, false);
  }
  const next = pictures.next();
  const picture = next.done === true ? null : next.value;
  return picture === null ? undefined : asDrawing(picture);
}

function asDrawing(picture: Picture): Drawing {
  return {
    width: picture.width,
    height: picture.height,
    seeThrough: false,
    draw: (context, x, y, width, height) => picture.draw(context, x, y, width, height),
  };
}

function ofCanvas(canvas: HTMLCanvasElement, seeThrough: boolean): Drawing {
  const { width, height } = canvas;
  return {
    width,
    height,
    seeThrough,
    draw: (context, x, y, across, down) => context.drawImage(canvas, x, y, across, down),
  };
}

function nestCanvas({ width, height }: FrameSize): Canvas2d | undefined {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [Math.max(2, Math.round(width)), Math.max(2, Math.round(height))];
  return canvas.getContext('2d') ?? undefined;
}

function place(context: Canvas2d, layer: PictureLayer, drawing: Drawing): void {
  const { width, height } = context.canvas;
  const frame = { width, height };
  const whole = layer.transform === undefined && layer.crop === undefined;
  const fitted = whole ? frame : fittedSize(drawing, frame, layer.fit);
  const { matrix, shown, window } = placementOf(fitted, frame, layer);
  context.beginPath();
  context.rect(window.x, window.y, window.width, window.height);
  context.clip();
  if (whole) {
    context.translate(matrix.e, matrix.f);
    drawWhole(context, layer, drawing, frame);
    return;
  }
  context.transform(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f);
  context.beginPath();
  context.rect(shown.x, shown.y, shown.width, shown.height);
  context.clip();
  if (layer.fit === 'blur') drawInUnit(context, layer, drawing, frame);
  else drawing.draw(context, 0, 0, 1, 1);
}

/** A picture that fills the frame with its bars: black, or a blurred and filling copy of itself. */
function drawWhole(context: Canvas2d, layer: PictureLayer, drawing: Drawing, frame: FrameSize): void {
  const fit = layer.fit ?? 'fit';
  if (fit === 'blur') drawBlurred(context, drawing, frame);
  if (fit === 'fill' || fit === 'stretch') {
    const { width, height } = fittedSize(drawing, frame, fit);
    drawing.draw(context, (frame.width - width) / 2, (frame.height - height) / 2, width, height);
    return;
  }
  const box = fitInside(drawing, frame);
  if (fit === 'fit' && !drawing.seeThrough) drawBars(context, box, frame);
  drawing.draw(context, box.x, box.y, box.width, box.height);
}

/** Beside the picture, never under it: a half-clear picture must not darken what is below twice. */
function drawBars(context: Canvas2d, box: ReturnType<typeof fitInside>, frame: FrameSize): void {
  context.fillStyle = '#000';
  const [right, bottom] = [box.x + box.width, box.y + box.height];
  context.fillRect(0, 0, frame.width, box.y);
  context.fillRect(0, bottom, frame.width, frame.height - bottom);
  context.fillRect(0, box.y, box.x, box.height);
  context.fillRect(right, box.y, frame.width - right, box.height);
}

function drawBlurred(context: Canvas2d, drawing: Drawing, frame: FrameSize): void {
  const { width, height } = fittedSize(drawing, frame, 'fill');
  context.save();
  context.filter = `${context.filter === 'none' ? '' : context.filter} blur(${Math.round(frame.height / 27)}px)`;
  drawing.draw(context, (frame.width - width) / 2, (frame.height - height) / 2, width, height);
  context.restore();
}

/** The frame's own picture of a blurred fit, drawn once and placed as one. */
function drawInUnit(context: Canvas2d, layer: PictureLayer, drawing: Drawing, frame: FrameSize): void {
  const inner = nestCanvas(frame);
  if (inner === undefined) return;
  drawWhole(inner, layer, drawing, frame);
  context.drawImage(inner.canvas, 0, 0, 1, 1);
}

/** Titles drawn before: playing shows the same one for seconds. The oldest goes first. */
const TITLES = new Map<string, Drawing>();
const MOST_TITLES = 16;

function cachedTitle(title: Title, frame: FrameSize): Drawing | undefined {
  const key = JSON.stringify([title, frame]);
  const known = TITLES.get(key);
  if (known !== undefined) return known;
  const drawn = titleDrawing(title.text, title.style, frame);
  if (drawn === undefined) return undefined;
  const [oldest] = TITLES.keys();
  if (TITLES.size >= MOST_TITLES && oldest !== undefined) TITLES.delete(oldest);
  TITLES.set(key, drawn);
  return drawn;
}

/** Text on nothing, in the frame's size. */
function titleDrawing(text: string, style: TitleStyle, frame: FrameSize): Drawing | undefined {
  const inner = nestCanvas(frame);
  if (inner === undefined) return undefined;
  const lineHeight = style.size * frame.height;
  const lines = text.split('\n');
  inner.font = `${style.italic ? 'italic ' : ''}${style.bold ? '700' : '400'} ${lineHeight / 1.2}px "${style.font.replaceAll('"', '')}", "Inter Variable", sans-serif`;
  inner.textBaseline = 'middle';
  inner.textAlign = style.align === 'centre' ? 'center' : style.align;
  const width = Math.max(...lines.map((line) => inner.measureText(line).width));
  const centre = { x: (0.5 + style.x) * frame.width, y: (0.5 + style.y) * frame.height };
  const top = centre.y - (lines.length * lineHeight) / 2;
  if (style.background !== undefined) {
    inner.fillStyle = style.background;
    const pad = lineHeight / 4;
    inner.fillRect(centre.x - width / 2 - pad, top, width + 2 * pad, lines.length * lineHeight);
  }
  const side = { left: -width / 2, centre: 0, right: width / 2 }[style.align];
  for (const [index, line] of lines.entries()) {
    const y = top + (index + 0.5) * lineHeight;
    if (style.outline !== undefined) {
      inner.strokeStyle = style.outline.colour;
      inner.lineWidth = 2 * style.outline.width * frame.height;
      inner.lineJoin = 'round';
      inner.strokeText(line, centre.x + side, y);
    }
    inner.fillStyle = style.colour;
    inner.fillText(line, centre.x + side, y);
  }
  return ofCanvas(inner.canvas, true);
}
