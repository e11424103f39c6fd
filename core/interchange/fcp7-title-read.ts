import type { Title, TitleStyle } from '../timeline/picture.ts';
import { effectParameters, parameterParts, parameterText } from './fcp7-effects-read.ts';
import { numberOf } from './fcp7-values.ts';
import { child, childText, type XmlElement } from './xml-read.ts';

const FALLBACK_FONT = 'Inter';
/** Points of a title that does not say, as a fraction of the frame's height. */
const FALLBACK_SIZE = 0.06;

/** The text of a title generator; undefined for generators of pictures. */
export function readTitle(item: XmlElement, frameHeight: number): Title | undefined {
  const effect = child(item, 'effect');
  const parameters = effectParameters(effect);
  const text = parameterText(parameters, 'str');
  if (text === undefined && !/text/i.test(childText(effect, 'effectid') ?? '')) return undefined;
  const style = Number(parameterText(parameters, 'fontstyle') ?? '1');
  const size = numberOf(parameterText(parameters, 'fontsize'));
  const origin = parameterParts(parameters, parameters.has('origin') ? 'origin' : 'center');
  return {
    text: (text ?? '').replace(/\r\n?/g, '\n'),
    style: {
      font: parameterText(parameters, 'fontname') ?? parameterText(parameters, 'font') ?? FALLBACK_FONT,
      size: size === undefined || size <= 0 ? FALLBACK_SIZE : tidy(Math.min(size / frameHeight, 1)),
      bold: style === 2 || style === 4,
      italic: style === 3 || style === 4,
      colour: colourOf(parameterParts(parameters, 'fontcolor')),
      align: alignOf(parameterText(parameters, 'fontalign') ?? parameterText(parameters, 'alignment') ?? ''),
      x: tidy(origin.get('horiz') ?? 0),
      y: tidy(origin.get('vert') ?? 0),
    },
  };
}

/** Premiere's graphics keep their text in a private block; only the effect's name shows it. */
export function graphicTitle(name: string): Title {
  return {
    text: name.replace(/\r\n?/g, '\n'),
    style: {
      font: FALLBACK_FONT,
      size: FALLBACK_SIZE,
      bold: false,
      italic: false,
      colour: '#ffffff',
      align: 'centre',
      x: 0,
      y: 0,
    },
  };
}

function tidy(value: number): number {
  return Number(value.toFixed(9)) + 0;
}

function alignOf(text: string): TitleStyle['align'] {
  if (text === '1' || text === 'left') return 'left';
  return text === '3' || text === 'right' ? 'right' : 'centre';
}

/** Parts run from 0 to 255; an alpha of 0 or 1 is how other writers say opaque. */
function colourOf(parts: ReadonlyMap<string, number>): string {
  const hex = (value: number) =>
    Math.min(255, Math.max(0, Math.round(value)))
      .toString(16)
      .padStart(2, '0');
  const channel = (name: string) => hex(parts.get(name) ?? 255);
  const alpha = parts.get('alpha') ?? 255;
  const rest = alpha <= 1 || alpha >= 255 ? '' : hex(alpha);
  return `#${channel('red')}${channel('green')}${channel('blue')}${rest}`;
}
