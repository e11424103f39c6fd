import type { Media } from './media.ts';

/** The channels of one stream, counted from 1 over all streams of the file, as NLEs number them. */
export function channelsOfStream(media: Media, ordinal: number): readonly number[] {
  const before = media.audio.slice(0, ordinal).reduce((sum, stream) => sum + stream.channels, 0);
  return Array.from({ length: media.audio[ordinal]?.channels ?? 1 }, (_, index) => before + index + 1);
}

/** The stream a channel (from 1) belongs to; 0 where there is no such channel. */
export function streamOfChannel(media: Media, channel: number): number {
  let last = 0;
  const ordinal = media.audio.findIndex((stream) => {
    last += stream.channels;
    return channel <= last;
  });
  return Math.max(ordinal, 0);
}
