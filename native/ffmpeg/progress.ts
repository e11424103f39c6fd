/** What ffmpeg's `-progress` says; fields it does not know yet are undefined. */
export type FfmpegProgress = {
  readonly frame: number | undefined;
  /** Position in the output, microseconds. */
  readonly outTimeUs: number | undefined;
  /** Times real time. */
  readonly speed: number | undefined;
  readonly ended: boolean;
};

const FIELD =
  /^(frame|fps|stream_\d+_\d+_\w+|bitrate|total_size|out_time_us|out_time_ms|out_time|dup_frames|drop_frames|speed|progress)=(.*)$/;

/** Collects `key=value` lines; each block ends with `progress=`. */
export function progressReader(report: (progress: FfmpegProgress) => void): (line: string) => boolean {
  let fields = new Map<string, string>();
  const numberOf = (key: string): number | undefined => {
    const value = Number.parseFloat(fields.get(key) ?? '');
    return Number.isFinite(value) ? value : undefined;
  };
  return (line) => {
    const match = FIELD.exec(line);
    if (match === null) return false;
    const [, key = '', value = ''] = match;
    fields.set(key, value.trim());
    if (key === 'progress') {
      report({
        frame: numberOf('frame'),
        outTimeUs: numberOf('out_time_us'),
        speed: numberOf('speed'),
        ended: value.trim() === 'end',
      });
      fields = new Map();
    }
    return true;
  };
}
