import {
  ALL_FORMATS,
  AudioBufferSink,
  EncodedPacketSink,
  Input,
  UrlSource,
  VideoSampleSink,
  type InputAudioTrack,
  type VideoSample,
  type WrappedAudioBuffer,
} from 'mediabunny';

/** A decoded picture; whoever gets it closes it. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  draw(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void;
  close(): void;
}

/** Reads a proxy by frame number. Times of its sound are seconds from the first video frame, as in the source. */
export interface ProxyReader {
  readonly frameCount: number;
  picture(frame: number): Promise<Picture | null>;
  /** One picture per number, in their order; decoding runs a few ahead. */
  pictures(frames: Iterable<number>): AsyncGenerator<Picture | null, void, unknown>;
  sound(streamOrdinal: number, startSeconds: number, endSeconds: number): AsyncGenerator<SoundChunk, void, unknown>;
  close(): void;
}

export type SoundChunk = { readonly buffer: AudioBuffer; readonly startSeconds: number };

function pictureOf(sample: VideoSample | null): Picture | null {
  if (sample === null) return null;
  return {
    width: sample.displayWidth,
    height: sample.displayHeight,
    draw: (context, x, y, width, height) => sample.draw(context, x, y, width, height),
    close: () => sample.close(),
  };
}

type PictureTrack = { readonly sink: VideoSampleSink; readonly starts: readonly number[] };

/**
 * Proxies are all-intra without reordering, so packet n is frame n whatever its time stamp was rounded to: frames are
 * found by number, never by "time × rate".
 */
async function openPictures(input: Input): Promise<PictureTrack | undefined> {
  const track = await input.getPrimaryVideoTrack();
  if (track === null) return undefined;
  const starts: number[] = [];
  for await (const packet of new EncodedPacketSink(track).packets(undefined, undefined, { metadataOnly: true })) {
    starts.push(packet.timestamp);
  }
  starts.sort((a, b) => a - b);
  return { sink: new VideoSampleSink(track), starts };
}

async function* soundOf(
  track: InputAudioTrack | undefined,
  origin: number,
  start: number,
  end: number,
): AsyncGenerator<SoundChunk, void, unknown> {
  if (track === undefined) return;
  const chunks: AsyncGenerator<WrappedAudioBuffer, void, unknown> = new AudioBufferSink(track).buffers(
    start + origin,
    end + origin,
  );
  for await (const chunk of chunks) yield { buffer: chunk.buffer, startSeconds: chunk.timestamp - origin };
}

/** Opens a proxy by URL. Rejects when the bytes cannot be read or decoded. */
export async function openProxy(url: string): Promise<ProxyReader> {
  const input = new Input({ formats: ALL_FORMATS, source: new UrlSource(url) });
  const pictures = await openPictures(input);
  const sounds = await input.getAudioTracks();
  const origin = pictures?.starts[0] ?? 0;
  return {
    frameCount: pictures?.starts.length ?? 0,
    async picture(frame) {
      const start = pictures?.starts[frame];
      return pictures === undefined || start === undefined ? null : pictureOf(await pictures.sink.getSample(start));
    },
    async *pictures(frames) {
      if (pictures === undefined) {
        for (const _ of frames) yield null;
        return;
      }
      const { sink, starts } = pictures;
      const last = starts.at(-1) ?? 0;
      const wanted = (function* () {
        for (const frame of frames) yield starts[frame] ?? last;
      })();
      for await (const sample of sink.samplesAtTimestamps(wanted)) yield pictureOf(sample);
    },
    sound: (ordinal, start, end) => soundOf(sounds[ordinal] ?? sounds[0], origin, start, end),
    close: () => input.dispose(),
  };
}

/** A still's preview picture: the same at every number. */
export async function openStill(blob: Blob): Promise<ProxyReader> {
  const bitmap = await createImageBitmap(blob);
  const picture: Picture = {
    width: bitmap.width,
    height: bitmap.height,
    draw: (context, x, y, width, height) => context.drawImage(bitmap, x, y, width, height),
    // The bitmap is shared by all who draw it and closed with the reader.
    close: () => undefined,
  };
  return {
    frameCount: 1,
    picture: () => Promise.resolve(picture),
    async *pictures(frames) {
      for (const _ of frames) yield picture;
    },
    async *sound() {
      // A still is silent.
    },
    close: () => bitmap.close(),
  };
}
