import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';

/** Codecs that graphics devices encode. */
export const HARDWARE_CODECS = ['h264', 'hevc', 'hevc10'] as const;
export type HardwareCodec = (typeof HARDWARE_CODECS)[number];

/** How ffmpeg reaches graphics devices. */
export type HardwareApi = 'nvenc' | 'videotoolbox' | 'qsv' | 'amf' | 'vaapi';

export type HardwareEncoder = {
  /** As ffmpeg calls it. */
  readonly id: string;
  readonly api: HardwareApi;
  readonly codec: HardwareCodec;
  /** Global options. */
  readonly before: readonly string[];
  /** What brings pictures to where it reads them. */
  readonly filter: string;
};

const RENDER_NODE = '/dev/dri/renderD128';

/** Makers' own interfaces first: VAAPI reaches the same devices with fewer controls. */
const APIS: readonly HardwareApi[] = ['nvenc', 'videotoolbox', 'qsv', 'amf', 'vaapi'];

/** The encoders that a codec may be made by on a graphics device, the preferred first. */
export function hardwareEncoders(codec: HardwareCodec): readonly HardwareEncoder[] {
  const name = codec === 'h264' ? 'h264' : 'hevc';
  return APIS.map((api) => {
    const upload = api === 'vaapi' ? ',hwupload' : '';
    const before = api === 'vaapi' ? ['-vaapi_device', RENDER_NODE] : [];
    return { id: `${name}_${api}`, api, codec, before, filter: `format=${deviceFormat(codec)}${upload}` };
  });
}

/** All of them read two planes: NV12, or P010 for ten bits. */
function deviceFormat(codec: HardwareCodec): string {
  return codec === 'hevc10' ? 'p010le' : 'nv12';
}

/** What is missing on this machine that an encoder cannot do without; null where it is worth a trial. */
export function missingDevice({ api }: HardwareEncoder): string | null {
  return api === 'vaapi' && !existsSync(RENDER_NODE) ? RENDER_NODE : null;
}

/** ffmpeg's `-hwaccel` names that go with each way to a device, for decoding into memory. */
export const HARDWARE_DECODING: Readonly<Record<HardwareApi, string>> = {
  nvenc: 'cuda',
  videotoolbox: 'videotoolbox',
  qsv: 'qsv',
  amf: 'd3d11va',
  vaapi: 'vaapi',
};

/** Names the graphics devices of this machine and their drivers: trials are remembered for as long as it stays. */
export function graphicsDevices(): string {
  const cards = names('/sys/class/drm').filter((name) => /^card\d+$/.test(name));
  const ids = cards.map((card) =>
    ['vendor', 'device'].map((part) => text(join('/sys/class/drm', card, 'device', part))),
  );
  return [process.platform, release(), text('/proc/driver/nvidia/version').split('\n')[0], ...ids.flat()].join(' ');
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
