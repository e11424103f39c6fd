import type { Title } from '../../core/timeline/picture.ts';
import type { FrameSize } from '../../core/timeline/placement-geometry.ts';

/** The font that stands in for missing ones. */
export const STANDBY_FONT = 'Inter';

/** ASS's numbers for how the lines of a block lie in it. */
const JUSTIFY = { left: 1, centre: 2, right: 3 } as const;

/** `Justify` is no field of the file: it goes into the filter's `force_style`. */
export function titleJustification({ style }: Title): string {
  return `Justify=${JUSTIFY[style.align]}`;
}

/**
 * A title as an ASS script (Advanced SubStation Alpha v4+, as libass reads it) that shows it at all times. Lines that do
 * not fit between margins of 5 % are broken. `font` is the family that is used.
 */
export function titleScript({ text, style }: Title, { width, height }: FrameSize, font: string): string {
  const { background, outline } = style;
  const fields = [
    ...['Title', fontName(font), number(style.size * height)],
    ...[assColour(style.colour), assColour(style.colour), assColour(outline?.colour ?? '#000000')],
    assColour(background ?? '#00000000'),
    ...[style.bold ? -1 : 0, style.italic ? -1 : 0, 0, 0, 100, 100, 0, 0],
    // 4: one box behind the whole block (libass), whose padding is the shadow's depth.
    ...[background === undefined ? 1 : 4, number((outline?.width ?? 0) * height)],
    background === undefined ? 0 : number(style.size * height * 0.2),
    ...[5, Math.round(width * 0.05), Math.round(width * 0.05), 0, 1],
  ];
  const place = `{\\pos(${number((0.5 + style.x) * width)},${number((0.5 + style.y) * height)})}`;
  return [
    '[Script Info]',
    'ScriptType: v4.00+',
    `PlayResX: ${width}`,
    `PlayResY: ${height}`,
    'WrapStyle: 0',
    'ScaledBorderAndShadow: yes',
    'YCbCr Matrix: None',
    '',
    '[V4+ Styles]',
    `Format: ${STYLE_FIELDS}`,
    `Style: ${fields.join(',')}`,
    '',
    '[Events]',
    'Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text',
    `Dialogue: 0,0:00:00.00,9:00:00.00,Title,,0,0,0,,${place}${assText(text)}`,
    '',
  ].join('\n');
}

const STYLE_FIELDS = [
  'Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut',
  'ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding',
].join(', ');

/** Text that is shown as it is: no overrides, no line breaks but its own, spaces kept. */
export function assText(text: string): string {
  return (
    text
      .replace(/\r\n?/g, '\n')
      .replace(/\p{Cc}/gu, (control) => (control === '\n' ? control : ' '))
      // A word joiner after a backslash keeps it from beginning an escape.
      .replace(/\\/g, '\\\u2060')
      .replace(/[{}]/g, '\\$&')
      .replace(/ (?= |$)|^ /gm, '\u00a0')
      .replace(/\n/g, '\\N')
  );
}

/** Style lines are lists: a comma would end the name. */
function fontName(font: string): string {
  return font.replace(/[,\p{Cc}]/gu, ' ').trim();
}

/** `#rrggbb` or `#rrggbbaa` as `&HAABBGGRR`, whose alpha counts transparency. */
function assColour(colour: string): string {
  const match = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})([\da-f]{2})?$/i.exec(colour);
  const [, red = 'ff', green = 'ff', blue = 'ff', alpha = 'ff'] = match ?? [];
  const clear = (255 - Number.parseInt(alpha, 16)).toString(16).padStart(2, '0');
  return `&H${clear}${blue}${green}${red}`.toUpperCase();
}

function number(value: number): string {
  return value.toFixed(3);
}
