import type { Title, TitleStyle } from '../timeline/picture.ts';
import { pictureOptions } from '../timeline/clip-schema.ts';
import type { MediaReference } from './handoff.ts';
import { nameOfMediaUrl, pathOfMediaUrl } from './media-path.ts';
import { numberAt, objectAt, schemaOf, textAt, type JsonObject } from './otio-json.ts';

/** How a title looks where the file does not say. */
const PLAIN_STYLE: TitleStyle = {
  font: 'Inter',
  size: 0.08,
  bold: false,
  italic: false,
  colour: '#ffffff',
  align: 'centre',
  x: 0,
  y: 0,
};

/** How a reference names its media: by URL, by the first file of an image sequence, or by name alone. */
export function mediaOf(reference: JsonObject | undefined, clipName: string): MediaReference {
  const url =
    schemaOf(reference) === 'ImageSequenceReference' ? firstImage(reference) : textAt(reference, 'target_url');
  if (url === '') return { name: textAt(reference, 'name') || clipName };
  return { name: textAt(reference, 'name') || nameOfMediaUrl(url), url, path: pathOfMediaUrl(url) };
}

/** The URL of the first file of an ImageSequenceReference.1. */
function firstImage(reference: JsonObject | undefined): string {
  const base = textAt(reference, 'target_url_base');
  const padding = Math.min(Math.max(numberAt(reference, 'frame_zero_padding') ?? 0, 0), 32);
  const frame = Math.trunc(numberAt(reference, 'start_frame') ?? 0);
  const digits = `${frame < 0 ? '-' : ''}${String(Math.abs(frame)).padStart(padding, '0')}`;
  const file = `${textAt(reference, 'name_prefix')}${digits}${textAt(reference, 'name_suffix')}`;
  return base === '' || base.endsWith('/') ? `${base}${file}` : `${base}/${file}`;
}

/** What a GeneratorReference makes: a title, or something that only its own program can. */
export type Generated =
  | { readonly kind: 'title'; readonly title: Title }
  | { readonly kind: 'foreign'; readonly name: string };

/** Titles by the name of their generator, as Resolve ("Text+", "Rich"), Final Cut and Premiere call them. */
const TITLE_KINDS = /title|text|rich|caption|subtitle/i;

/** What a generator stands for; undefined for any other reference. */
export function generatedOf(reference: JsonObject | undefined, clipName: string): Generated | undefined {
  if (schemaOf(reference) !== 'GeneratorReference') return undefined;
  const kind = textAt(reference, 'generator_kind');
  if (!TITLE_KINDS.test(kind)) return { kind: 'foreign', name: kind || 'generator' };
  const parameters = objectAt(reference, 'parameters');
  const whole = pictureOptions.title.safeParse({ text: parameters?.['text'], style: parameters?.['style'] });
  const text = textAt(parameters, 'text') || textAt(reference, 'name') || clipName;
  const title = whole.success ? whole.data : { text, style: PLAIN_STYLE };
  return { kind: 'title', title };
}
