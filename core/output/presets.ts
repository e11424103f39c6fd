import type { AudioCodec, ContainerId, VideoCodec } from './codecs.ts';

export const PRESETS = [
  'youtube',
  'vimeo',
  'tiktok',
  'reels',
  'shorts',
  'instagram-square',
  'instagram-portrait',
  'prores-master',
  'image-sequence',
  'gif',
  'webp',
  'audio-only',
] as const;
export type PresetId = (typeof PRESETS)[number];

/** A named target. Sizes are absent where the timeline's is kept; loudness is what the place plays sound at. */
export type OutputPreset = {
  readonly id: PresetId;
  readonly name: string;
  readonly description: string;
  readonly container: ContainerId;
  /** null: sound only. Quality as `crf` of the codec's usual encoder. */
  readonly video: {
    readonly codec: VideoCodec;
    readonly width?: number | undefined;
    readonly height?: number | undefined;
    readonly crf?: number | undefined;
  } | null;
  /** null: silent. */
  readonly audio: { readonly codec: AudioCodec; readonly bitrateKbps?: number | undefined } | null;
  /** EBU R128 integrated loudness; absent: the sound is left as it is. */
  readonly loudnessLufs?: number | undefined;
};

const upright = { codec: 'h264', width: 1080, height: 1920, crf: 19 } as const;
const aac = (bitrateKbps: number) => ({ codec: 'aac', bitrateKbps }) as const;

/** Sizes and codecs as the places ask for them in their upload guides (2026). */
const TABLE: Readonly<Record<PresetId, Omit<OutputPreset, 'id'>>> = {
  youtube: {
    name: 'YouTube',
    description: 'H.264 in the timeline’s size, −14 LUFS',
    container: 'mp4',
    video: { codec: 'h264', crf: 17 },
    audio: aac(384),
    loudnessLufs: -14,
  },
  vimeo: {
    name: 'Vimeo',
    description: 'H.264 in the timeline’s size, high quality',
    container: 'mp4',
    video: { codec: 'h264', crf: 16 },
    audio: aac(320),
  },
  tiktok: {
    name: 'TikTok',
    description: 'H.264 upright 9:16, 1080×1920',
    container: 'mp4',
    video: upright,
    audio: aac(192),
    loudnessLufs: -14,
  },
  reels: {
    name: 'Instagram Reels',
    description: 'H.264 upright 9:16, 1080×1920',
    container: 'mp4',
    video: upright,
    audio: aac(192),
    loudnessLufs: -14,
  },
  shorts: {
    name: 'YouTube Shorts',
    description: 'H.264 upright 9:16, 1080×1920',
    container: 'mp4',
    video: upright,
    audio: aac(384),
    loudnessLufs: -14,
  },
  'instagram-square': {
    name: 'Instagram 1:1',
    description: 'H.264 square, 1080×1080',
    container: 'mp4',
    video: { codec: 'h264', width: 1080, height: 1080, crf: 19 },
    audio: aac(192),
    loudnessLufs: -14,
  },
  'instagram-portrait': {
    name: 'Instagram 4:5',
    description: 'H.264 portrait, 1080×1350',
    container: 'mp4',
    video: { codec: 'h264', width: 1080, height: 1350, crf: 19 },
    audio: aac(192),
    loudnessLufs: -14,
  },
  'prores-master': {
    name: 'ProRes master',
    description: 'ProRes 422 HQ with 24-bit PCM, for archives and finishing',
    container: 'mov',
    video: { codec: 'prores422hq' },
    audio: { codec: 'pcm24' },
  },
  'image-sequence': {
    name: 'Image sequence',
    description: 'a numbered PNG per frame',
    container: 'png',
    video: { codec: 'png' },
    audio: null,
  },
  gif: {
    name: 'GIF',
    description: 'silent animation, at most 480 pixels wide',
    container: 'gif',
    video: { codec: 'gif' },
    audio: null,
  },
  webp: { name: 'WebP', description: 'silent animation', container: 'webp', video: { codec: 'webp' }, audio: null },
  'audio-only': { name: 'Audio only', description: 'AAC in M4A', container: 'm4a', video: null, audio: aac(256) },
};

/** A preset by its id. */
export function presetOf(id: PresetId): OutputPreset {
  return { id, ...TABLE[id] };
}

/** All presets, as they are listed. */
export function listPresets(): readonly OutputPreset[] {
  return PRESETS.map(presetOf);
}
