import type { Title, TitleStyle } from '../timeline/picture.ts';
import { tidy } from './fcpxml-read-keyframes.ts';
import { numberAttribute, numbersOf } from './fcpxml-read-types.ts';
import { childrenNamed, type XmlElement } from './xml-read.ts';

type Lose = (message: string) => void;

/** Title templates count in points of a frame of this height, whatever the project's. */
const TEMPLATE_HEIGHT = 1080;
const DEFAULT_SIZE = 63;
const CAPTION_SIZE = 48;
const CAPTION_Y = 0.4;

/** A title's or caption's text in its first style, and where it stands. */
export function readTitle(
  item: XmlElement,
  frame: { readonly width: number; readonly height: number },
  lose: Lose,
): Title {
  const texts = childrenNamed(item, 'text');
  const runs = texts.flatMap((text) => childrenNamed(text, 'text-style'));
  const styles = new Set(runs.map((run) => run.attributes.get('ref')));
  if (styles.size > 1) lose('all of its text takes the style of its first words');
  const text = texts.map(textOf).join('\n');
  const isCaption = item.name === 'caption';
  const style = styleOf(item, runs[0], isCaption);
  const width = (TEMPLATE_HEIGHT * frame.width) / frame.height;
  const [x = 0, y = 0] = numbersOf(positionOf(item)?.attributes.get('value'));
  const top = isCaption && texts[0]?.attributes.get('placement') === 'top';
  const where = isCaption
    ? { x: 0, y: top ? -CAPTION_Y : CAPTION_Y }
    : { x: tidy(x / width), y: tidy(-y / TEMPLATE_HEIGHT) };
  for (const param of childrenNamed(item, 'param')) {
    if (param !== positionOf(item))
      lose(`${param.attributes.get('name') ?? 'a parameter'} of its template is left out`);
  }
  return { text, style: { ...style, ...where } };
}

function textOf(text: XmlElement): string {
  const runs = childrenNamed(text, 'text-style');
  return runs.length === 0 ? text.text : runs.map((run) => run.text).join('');
}

function positionOf(item: XmlElement): XmlElement | undefined {
  return childrenNamed(item, 'param').find((param) => param.attributes.get('name') === 'Position');
}

function styleOf(item: XmlElement, run: XmlElement | undefined, isCaption: boolean): Omit<TitleStyle, 'x' | 'y'> {
  const ref = run?.attributes.get('ref');
  const definition = childrenNamed(item, 'text-style-def').find((one) => one.attributes.get('id') === ref);
  const style = definition?.children.find((one) => one.name === 'text-style') ?? run;
  const face = style?.attributes.get('fontFace')?.toLowerCase() ?? '';
  const alignment = style?.attributes.get('alignment');
  const points = numberAttribute(style, 'fontSize') ?? (isCaption ? CAPTION_SIZE : DEFAULT_SIZE);
  const background = colourOf(style?.attributes.get('backgroundColor'));
  const stroke = colourOf(style?.attributes.get('strokeColor'));
  const width = Math.abs(numberAttribute(style, 'strokeWidth') ?? 0);
  return {
    font: style?.attributes.get('font') ?? 'Helvetica',
    size: tidy(Math.min(1, Math.max(0.001, points / TEMPLATE_HEIGHT))),
    bold: style?.attributes.get('bold') === '1' || face.includes('bold'),
    italic: style?.attributes.get('italic') === '1' || /italic|oblique/.test(face),
    colour: colourOf(style?.attributes.get('fontColor')) ?? '#ffffff',
    ...(background === undefined ? {} : { background }),
    ...(stroke === undefined || width === 0
      ? {}
      : { outline: { colour: stroke, width: tidy(width / TEMPLATE_HEIGHT) } }),
    align: alignment === 'left' || alignment === 'right' ? alignment : 'centre',
  };
}

/** Red, green, blue and alpha from 0 to 1 as `#rrggbb`, or `#rrggbbaa` where they let something through. */
function colourOf(text: string | undefined): string | undefined {
  const numbers = numbersOf(text);
  if (numbers.length < 3) return undefined;
  const hex = numbers.slice(0, 4).map((value) =>
    Math.round(Math.min(1, Math.max(0, value)) * 255)
      .toString(16)
      .padStart(2, '0'),
  );
  return `#${hex.slice(0, 3).join('')}${hex[3] === undefined || hex[3] === 'ff' ? '' : hex[3]}`;
}

/** The language of captions by their role, `iTT?captionFormat=ITT.en`; 'und' where it does not say. */
export function captionLanguage(item: XmlElement): string {
  return /\.([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)$/.exec(item.attributes.get('role') ?? '')?.[1] ?? 'und';
}
