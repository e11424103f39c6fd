/** What a picture says of itself. */
export type PictureNumber = { readonly clip: number; readonly frame: number };

/** A grid of blocks over the whole picture: 24 bits of frame, 8 of clip, 8 of checksum, most significant first. */
export const CODE_COLUMNS = 8;
export const CODE_ROWS = 5;
const CELLS = CODE_COLUMNS * CODE_ROWS;
/** Well inside 16–235, so that no range conversion clips them. */
const [DARK, BRIGHT] = [40, 210];

/** One byte of luma per block, row by row: scaled up without smoothing it is the picture. */
export function drawNumber({ clip, frame }: PictureNumber): Uint8Array {
  const bytes = [(frame >>> 16) & 255, (frame >>> 8) & 255, frame & 255, clip & 255];
  const all = [...bytes, checksum(bytes)];
  return Uint8Array.from({ length: CELLS }, (_, cell) =>
    ((all[cell >> 3] ?? 0) >> (7 - (cell & 7))) & 1 ? BRIGHT : DARK,
  );
}

/** A picture in memory: `channels` interleaved bytes a pixel (1 for luma, 4 for canvas RGBA), the first is looked at. */
export type Picture = {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Where the clip lies in it, in pixels; the whole picture by default. */
  readonly area?:
    | { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
    | undefined;
};

/** Reads a picture's number back; undefined when the checksum denies it (black, blended, damaged). */
export function readNumber(picture: Picture): PictureNumber | undefined {
  const bytes = [0, 0, 0, 0, 0];
  for (let cell = 0; cell < CELLS; cell += 1) {
    const bit = cellMean(picture, cell) > (DARK + BRIGHT) / 2 ? 1 : 0;
    bytes[cell >> 3] = ((bytes[cell >> 3] ?? 0) << 1) | bit;
  }
  const [high = 0, middle = 0, low = 0, clip = 0, sum = 0] = bytes;
  if (sum !== checksum([high, middle, low, clip])) return undefined;
  return { clip, frame: (high << 16) | (middle << 8) | low };
}

/** Mean over the middle half of a block, away from its blurred borders. */
function cellMean({ data, width, height, channels, area }: Picture, cell: number): number {
  const place = area ?? { x: 0, y: 0, width, height };
  const [column, row] = [cell % CODE_COLUMNS, Math.floor(cell / CODE_COLUMNS)];
  const at = (origin: number, size: number, index: number, count: number) =>
    Math.floor(origin + (size * index) / count);
  const [left, right] = [
    at(place.x, place.width, column + 0.25, CODE_COLUMNS),
    at(place.x, place.width, column + 0.75, CODE_COLUMNS),
  ];
  const [top, bottom] = [
    at(place.y, place.height, row + 0.25, CODE_ROWS),
    at(place.y, place.height, row + 0.75, CODE_ROWS),
  ];
  let sum = 0;
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) sum += data[(y * width + x) * channels] ?? 0;
  }
  return sum / Math.max(1, (right - left) * (bottom - top));
}

/** CRC-8 (polynomial 0x07) with a start that makes neither all-dark nor all-bright a valid picture. */
function checksum(bytes: readonly number[]): number {
  let crc = 0x5a;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 255 : (crc << 1) & 255;
  }
  return crc;
}
