import type { Title } from '../timeline/picture.ts';
import type { VideoClip } from '../timeline/timeline.ts';
import { loss, type Cut, type CutClip } from './export-cut.ts';
import { numberText } from './fcpxml-format.ts';
import type { FcpDocument } from './fcpxml-resources.ts';
import { leaf, node, type XmlNode } from './xml-write.ts';

/** Final Cut's own plain title, and the key of its position. */
export const BASIC_TITLE = {
  name: 'Basic Title',
  uid: '.../Titles.localized/Bumper:Opener.localized/Basic Title.localized/Basic Title.moti',
} as const;
const POSITION_KEY = '9999/999166631/999166633/1/100/101';

/** Title templates count in points of a frame of this height, whatever the project's. */
const TEMPLATE_HEIGHT = 1080;

/** The position of a title, from the centre, up positive; undefined where it lies there. */
export function titlePosition(cut: Cut, title: Title): XmlNode | undefined {
  const { x, y } = title.style;
  if (x === 0 && y === 0) return undefined;
  const width = (TEMPLATE_HEIGHT * cut.timeline.width) / cut.timeline.height;
  const value = `${numberText(x * width)} ${numberText(-y * TEMPLATE_HEIGHT)}`;
  return node('param', { name: 'Position', key: POSITION_KEY, value });
}

/** `text` and its `text-style-def`. */
export function textNodes(document: FcpDocument, title: Title, attributes?: XmlNode['attributes']): readonly XmlNode[] {
  const id = document.styleId();
  const { style } = title;
  const { outline } = style;
  return [
    node('text', attributes, [leaf('text-style', title.text, { ref: id })]),
    node('text-style-def', { id }, [
      node('text-style', {
        font: style.font,
        fontSize: numberText(style.size * TEMPLATE_HEIGHT),
        fontFace: faceOf(style.bold, style.italic),
        fontColor: colourText(style.colour),
        backgroundColor: style.background === undefined ? undefined : colourText(style.background),
        bold: style.bold ? 1 : undefined,
        italic: style.italic ? 1 : undefined,
        strokeColor: outline === undefined ? undefined : colourText(outline.colour),
        // Negative: the outline lies around the filled letters.
        strokeWidth: outline === undefined ? undefined : numberText(-outline.width * TEMPLATE_HEIGHT),
        alignment: style.align === 'centre' ? 'center' : style.align,
      }),
    ]),
  ];
}

function faceOf(bold: boolean, italic: boolean): string {
  if (bold) return italic ? 'Bold Italic' : 'Bold';
  return italic ? 'Italic' : 'Regular';
}

/** `#rrggbb` or `#rrggbbaa` as red, green, blue and alpha from 0 to 1. */
function colourText(colour: string): string {
  const parts = [1, 3, 5, 7].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return parts.map((part) => (Number.isNaN(part) ? '1' : numberText(part / 255))).join(' ');
}

/** Where captions are shown that say nothing else. */
const CAPTION_Y = 0.4;

/** Lists what a title or caption loses of its style. */
export function listTitleLosses(cut: Cut, item: CutClip<VideoClip>, title: Title, isCaption: boolean): void {
  const add = (message: string) => cut.losses.push(loss('title', 'detail', item.clip.name, item.place, message));
  if (!isCaption) {
    if (title.style.background !== undefined) add('its background box is only shown in captions');
    return;
  }
  const { x, y } = title.style;
  if (x !== 0 || y !== (y < 0 ? -CAPTION_Y : CAPTION_Y)) {
    add('captions stand at the top or bottom of the frame, not where it was placed');
  }
  const { clip } = item;
  const extras = [
    clip.transform,
    clip.crop,
    clip.keyframes,
    clip.blend,
    clip.fadeIn,
    clip.fadeOut,
    clip.head,
    clip.tail,
  ];
  if (clip.opacity !== 1 || extras.some((extra) => extra !== undefined))
    add('captions are not moved, faded or blended');
}

/** `text@placement` of a caption: the half of the frame it stands in. */
export function captionPlacement(title: Title): XmlNode['attributes'] {
  return { placement: title.style.y < 0 ? 'top' : 'bottom' };
}

/** The role of captions in a language. */
export function captionRole(language: string): string {
  return `iTT?captionFormat=ITT.${language}`;
}
