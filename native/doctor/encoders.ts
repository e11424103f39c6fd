import type { FfmpegTools } from '../ffmpeg/find.ts';
import { hardwareEncoders, missingDevice } from '../ffmpeg/hardware.ts';
import { runProgram } from '../process/programs.ts';

/** Whether an encoder really encodes a frame here; if not, why it was skipped. */
export type EncoderTrial = {
  readonly id: string;
  readonly device: 'cpu' | 'gpu';
  readonly works: boolean;
  /** Driver and version, where the encoder tells. */
  readonly driver: string | null;
  readonly reason: string | null;
};

type Candidate = {
  readonly id: string;
  readonly device: EncoderTrial['device'];
  readonly before?: readonly string[];
  readonly filter?: string;
  /** A device file that is not there: nothing to try. */
  readonly needs?: string | null;
};

const TIMEOUT_MS = 15_000;
/** H.264 of every device before H.265. */
const CANDIDATES: readonly Candidate[] = [
  { id: 'libx264', device: 'cpu' },
  { id: 'libx265', device: 'cpu' },
  ...[...hardwareEncoders('h264'), ...hardwareEncoders('hevc')].map((encoder) => ({
    ...{ id: encoder.id, device: 'gpu' as const, before: encoder.before, filter: encoder.filter },
    needs: missingDevice(encoder),
  })),
];

/** Makes every encoder that matters encode one frame. */
export async function tryEncoders(tools: FfmpegTools): Promise<readonly EncoderTrial[]> {
  const trials: EncoderTrial[] = [];
  for (const candidate of CANDIDATES) trials.push(await tryEncoder(tools, candidate));
  return trials;
}

async function tryEncoder(tools: FfmpegTools, candidate: Candidate): Promise<EncoderTrial> {
  const { id, device } = candidate;
  const skipped = (reason: string) => ({ id, device, works: false, driver: null, reason });
  if (!tools.encoders.has(id)) return skipped('not in this build of ffmpeg');
  if (typeof candidate.needs === 'string') return skipped(`no device ${candidate.needs}`);
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=256x256:rate=25'];
  const filter = candidate.filter === undefined ? [] : ['-vf', candidate.filter];
  const args = ['-hide_banner', '-loglevel', 'verbose', ...(candidate.before ?? []), ...picture, ...filter];
  const end = await runProgram(tools.ffmpeg, [...args, '-frames:v', '1', '-c:v', id, '-f', 'null', '-'], {
    timeoutMs: TIMEOUT_MS,
  });
  if (end.exitCode === 0) return { id, device, works: true, driver: driverIn(end.stderr), reason: null };
  return skipped(end.timedOut ? `no answer in ${TIMEOUT_MS / 1000} s` : reasonIn(end.stderr));
}

/** What drivers say of themselves in ffmpeg's verbose log. */
function driverIn(log: string): string | null {
  const patterns = [
    /Driver version: ?(.+)/,
    /VAAPI driver: (.+?)\.?$/m,
    /Initialized NVENC|Loaded Nvenc version (\S+)/,
    /core (\d+ r\S+)/,
  ];
  for (const pattern of patterns) {
    const match = pattern.exec(log);
    if (match !== null) return (match[1] ?? match[0]).trim();
  }
  return null;
}

/** The first line that says what is wrong; later ones only follow from it. */
function reasonIn(log: string): string {
  const lines = log.split('\n').map((line) => line.replace(/^\[[^\]]*\]\s*/, '').trim());
  const telling = lines.find((line) =>
    /cannot|failed|no capable|not (?:found|available|supported)|error|unable/i.test(line),
  );
  return (telling ?? lines.at(-1) ?? 'unknown').slice(0, 200);
}
