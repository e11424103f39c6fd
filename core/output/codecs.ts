/** Pictures; 'hevc10' is H.265 Main 10. The last four are pictures in files of their own kind. */
export const VIDEO_CODECS = [
  'h264',
  'hevc',
  'hevc10',
  'vp9',
  'av1',
  'prores422',
  'prores422hq',
  'prores4444',
  'dnxhr',
  'dnxhrhqx',
  'gif',
  'webp',
  'png',
  'jpeg',
] as const;
export type VideoCodec = (typeof VIDEO_CODECS)[number];

/** 'pcm' is 16 bit, 'pcm24' 24 bit. */
export const AUDIO_CODECS = ['aac', 'opus', 'mp3', 'flac', 'pcm', 'pcm24'] as const;
export type AudioCodec = (typeof AUDIO_CODECS)[number];

/** By file extension. */
export const CONTAINERS = [
  'mp4',
  'm4v',
  'mov',
  'mkv',
  'webm',
  'm4a',
  'wav',
  'mp3',
  'opus',
  'flac',
  'gif',
  'webp',
  'png',
  'jpg',
] as const;
export type ContainerId = (typeof CONTAINERS)[number];

/** What a container takes, the usual codec first. No pictures: a sound file. */
export type Container = {
  readonly id: ContainerId;
  readonly name: string;
  readonly video: readonly VideoCodec[];
  readonly audio: readonly AudioCodec[];
  /** Why other codecs are refused. */
  readonly limits: string;
};

const TAKEN: Readonly<Record<ContainerId, Omit<Container, 'id'>>> = {
  mp4: {
    name: 'MP4',
    video: ['h264', 'hevc', 'hevc10', 'vp9', 'av1'],
    audio: ['aac', 'opus', 'mp3', 'flac'],
    limits: 'players know only delivery codecs in MP4; editing codecs and PCM belong in MOV',
  },
  m4v: {
    name: 'M4V',
    video: ['h264', 'hevc'],
    audio: ['aac'],
    limits: 'M4V is what Apple players play: H.26x with AAC',
  },
  mov: {
    name: 'QuickTime',
    video: ['h264', 'hevc', 'hevc10', 'prores422', 'prores422hq', 'prores4444', 'dnxhr', 'dnxhrhqx'],
    audio: ['aac', 'pcm', 'pcm24', 'mp3'],
    limits: 'QuickTime defines no VP9, AV1, Opus or FLAC that other programs open',
  },
  mkv: {
    name: 'Matroska',
    video: ['h264', 'hevc', 'hevc10', 'vp9', 'av1', 'prores422', 'prores422hq', 'prores4444'],
    audio: ['aac', 'opus', 'mp3', 'flac', 'pcm', 'pcm24'],
    limits: 'Matroska has no agreed way to hold DNxHR',
  },
  webm: {
    name: 'WebM',
    video: ['vp9', 'av1'],
    audio: ['opus'],
    limits: 'WebM holds VP9 or AV1 with Opus by definition',
  },
  m4a: { name: 'M4A', video: [], audio: ['aac'], limits: 'it is a sound file of AAC' },
  wav: { name: 'WAV', video: [], audio: ['pcm', 'pcm24'], limits: 'it is a sound file of PCM' },
  mp3: { name: 'MP3', video: [], audio: ['mp3'], limits: 'it is a sound file of MP3' },
  opus: { name: 'Opus', video: [], audio: ['opus'], limits: 'it is a sound file of Opus' },
  flac: { name: 'FLAC', video: [], audio: ['flac'], limits: 'it is a sound file of FLAC' },
  gif: { name: 'GIF', video: ['gif'], audio: [], limits: 'it is a silent animation' },
  webp: { name: 'animated WebP', video: ['webp'], audio: [], limits: 'it is a silent animation' },
  png: { name: 'PNG sequence', video: ['png'], audio: [], limits: 'it is one silent picture per frame' },
  jpg: { name: 'JPEG sequence', video: ['jpeg'], audio: [], limits: 'it is one silent picture per frame' },
};

/** The container of a file extension, without the dot, in any case; undefined for what is not written here. */
export function containerOfExtension(extension: string): Container | undefined {
  const id = CONTAINERS.find((one) => one === extension.toLowerCase());
  return id === undefined ? undefined : { id, ...TAKEN[id] };
}

/** Whether an extension means one file per picture. */
export function isImageSequence(id: ContainerId): boolean {
  return id === 'png' || id === 'jpg';
}

/** What a codec is called where people choose one. */
export const VIDEO_CODEC_NAMES: Readonly<Record<VideoCodec, string>> = {
  h264: 'H.264',
  hevc: 'H.265',
  hevc10: 'H.265 10-bit',
  vp9: 'VP9',
  av1: 'AV1',
  prores422: 'ProRes 422',
  prores422hq: 'ProRes 422 HQ',
  prores4444: 'ProRes 4444',
  dnxhr: 'DNxHR HQ',
  dnxhrhqx: 'DNxHR HQX 10-bit',
  gif: 'GIF',
  webp: 'WebP',
  png: 'PNG',
  jpeg: 'JPEG',
};
