/** Speakers in the order of a layout's channels, by ffmpeg's names. */
const LAYOUTS: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    mono: 'FC',
    stereo: 'FL FR',
    downmix: 'FL FR',
    '2.1': 'FL FR LFE',
    '3.0': 'FL FR FC',
    '3.0(back)': 'FL FR BC',
    '4.0': 'FL FR FC BC',
    quad: 'FL FR BL BR',
    'quad(side)': 'FL FR SL SR',
    '3.1': 'FL FR FC LFE',
    '5.0': 'FL FR FC BL BR',
    '5.0(side)': 'FL FR FC SL SR',
    '4.1': 'FL FR FC LFE BC',
    '5.1': 'FL FR FC LFE BL BR',
    '5.1(side)': 'FL FR FC LFE SL SR',
    '6.0': 'FL FR FC BC SL SR',
    '6.1': 'FL FR FC LFE BC SL SR',
    '7.0': 'FL FR FC BL BR SL SR',
    '7.1': 'FL FR FC LFE BL BR SL SR',
  }),
);

/** The speakers of a stream's channels; undefined for layouts that are not known by name, or do not fit the count. */
export function speakersOf(layout: string, channels: number): readonly string[] | undefined {
  const names = LAYOUTS.get(layout)?.split(' ');
  return names?.length === channels ? names : undefined;
}

/** How much of each channel goes to a side. */
export type StereoMap = { readonly left: readonly number[]; readonly right: readonly number[] };

const MINUS_3_DB = Math.SQRT1_2;
/** Left and right share of each speaker: ITU-R BS.775-3, table 2 (Lo/Ro; low-frequency effects are left out). */
const SHARES: Readonly<Record<string, readonly [number, number]>> = {
  FL: [1, 0],
  FR: [0, 1],
  FC: [MINUS_3_DB, MINUS_3_DB],
  LFE: [0, 0],
  BL: [MINUS_3_DB, 0],
  BR: [0, MINUS_3_DB],
  SL: [MINUS_3_DB, 0],
  SR: [0, MINUS_3_DB],
  BC: [0.5, 0.5],
};

/**
 * How a stream's channels become left and right. `chosen` are the channels that are heard (absent = all): one sounds in
 * the middle at its own level, two are left and right, more are mixed down by ITU-R BS.775-3 as their layout says.
 * Channels of an unknown layout of more than two all sound in the middle, with equal power. Channels that the stream
 * lacks are silent.
 */
export function stereoMap(
  stream: { readonly channels: number; readonly channelLayout: string },
  chosen?: readonly number[],
): StereoMap {
  const heard = chosen ?? Array.from({ length: stream.channels }, (_, channel) => channel);
  const share = sharesOf(heard, stream);
  const side = (which: 0 | 1) =>
    Array.from({ length: stream.channels }, (_, channel) => {
      const position = heard.indexOf(channel);
      return position < 0 ? 0 : share(position)[which];
    });
  return { left: side(0), right: side(1) };
}

function sharesOf(
  heard: readonly number[],
  stream: { readonly channels: number; readonly channelLayout: string },
): (position: number) => readonly [number, number] {
  if (heard.length === 1) return () => [1, 1];
  if (heard.length === 2) return (position) => (position === 0 ? [1, 0] : [0, 1]);
  const speakers = speakersOf(stream.channelLayout, stream.channels);
  const equal = 1 / Math.sqrt(Math.max(1, heard.length));
  return (position) => SHARES[speakers?.[heard[position] ?? 0] ?? ''] ?? [equal, equal];
}
