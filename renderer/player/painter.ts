import type { Picture } from './proxy-reader.ts';

export type Painted = { readonly picture: Picture | null; readonly opacity: number };

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

/** Draws layers bottom to top; each lies on black of its own opacity, as the renderer composites. */
export function paint(context: CanvasRenderingContext2D, layers: readonly Painted[]): void {
  const { width, height } = context.canvas;
  context.globalAlpha = 1;
  context.fillStyle = '#000';
  context.fillRect(0, 0, width, height);
  for (const { picture, opacity } of layers) {
    if (picture === null) continue;
    context.globalAlpha = opacity;
    context.fillRect(0, 0, width, height);
    const box = fitInside(picture, { width, height });
    picture.draw(context, box.x, box.y, box.width, box.height);
  }
  context.globalAlpha = 1;
}
