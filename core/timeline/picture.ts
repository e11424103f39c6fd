import type { Flicks } from '../time/flicks.ts';

/**
 * How a picture is placed after `Fit` brought it into the frame. Positions are fractions of the frame's width and
 * height from its centre, right and down positive; the anchor is the same of the fitted picture. Scale 1 = as fitted,
 * negative mirrors. Rotation is clockwise around the anchor. All 0 with scale 1 changes nothing.
 */
export type Transform = {
  readonly positionX: number;
  readonly positionY: number;
  readonly scaleX: number;
  readonly scaleY: number;
  readonly rotationDegrees: number;
  readonly anchorX: number;
  readonly anchorY: number;
};

/** Edges that are hidden, as fractions of the fitted picture's width or height, 0–1; what remains stays where it is. */
export type Crop = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };

/**
 * How a picture of another shape meets the frame. 'fit': whole, with bars; 'fill': covers the frame, edges cut off;
 * 'stretch': both sides match; 'blur': whole, over a blurred and filling copy of itself.
 */
export type Fit = 'fit' | 'fill' | 'stretch' | 'blur';

/** How a picture mixes with what lies below (W3C Compositing and Blending Level 1; 'add' = plus-lighter). */
export type BlendMode = 'normal' | 'add' | 'multiply' | 'screen' | 'overlay' | 'darken' | 'lighten' | 'difference';

/** What is shown between source frames at other speeds: the nearest frame, a mix of two, or motion-compensated. */
export type Retiming = 'nearest' | 'blend' | 'flow';

/** A look-up table (.cube) by absolute path, mixed with the picture by `intensity` 0–1. */
export type LutReference = { readonly path: string; readonly intensity: number };

/** Text over what lies below. Colours are `#rrggbb` or `#rrggbbaa`; sizes and positions are fractions of the frame. */
export type Title = {
  /** Lines are separated by `\n`. */
  readonly text: string;
  readonly style: TitleStyle;
};

export type TitleStyle = {
  /** Font family; what is missing on a machine is named before rendering and replaced by Inter. */
  readonly font: string;
  /** Line height as a fraction of the frame's height. */
  readonly size: number;
  readonly bold: boolean;
  readonly italic: boolean;
  readonly colour: string;
  /** Box behind the text; absent = none. */
  readonly background?: string | undefined;
  readonly outline?: { readonly colour: string; readonly width: number } | undefined;
  readonly align: 'left' | 'centre' | 'right';
  /** Where the text block's centre lies: fractions of the frame from its centre, right and down positive. */
  readonly x: number;
  readonly y: number;
};

/** What a clip's picture is given besides its source. Absent = none, and the value a consumer uses is the neutral one. */
export type PictureEffects = {
  readonly transform?: Transform | undefined;
  readonly crop?: Crop | undefined;
  /** Absent = 'fit'. */
  readonly fit?: Fit | undefined;
  /** Absent = 'normal'. */
  readonly blend?: BlendMode | undefined;
  readonly lut?: LutReference | undefined;
  readonly stabilise?: boolean | undefined;
  /** Absent = 'nearest'. */
  readonly retiming?: Retiming | undefined;
  /** Opacity ramps from and to nothing inside the clip. */
  readonly fadeIn?: Flicks | undefined;
  readonly fadeOut?: Flicks | undefined;
  /** Makes the clip a title; its media id is `TITLE_MEDIA`. */
  readonly title?: Title | undefined;
};

/** A picture where it lies when nobody moved it. */
export const NO_TRANSFORM: Transform = {
  positionX: 0,
  positionY: 0,
  scaleX: 1,
  scaleY: 1,
  rotationDegrees: 0,
  anchorX: 0,
  anchorY: 0,
};

/** Nothing hidden. */
export const NO_CROP: Crop = { left: 0, top: 0, right: 0, bottom: 0 };
