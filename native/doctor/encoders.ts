import { existsSync } from 'node:fs';
import type { FfmpegTools } from '../ffmpeg/find.ts';
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
  /** Device file without which there is nothing to try. */
  readonly needs?: string;
};

const RENDER_NODE = '/dev/dri/renderD128';
const TIMEOUT_MS = 15_000;
const VAAPI = {
  device: 'gpu',
  before: ['-vaapi_device', RENDER_NODE],
  filter: 'format=nv12,hwupload',
  needs: RENDER_NODE,
} as const;

const CANDIDATES: readonly Candidate[] = [
  { id: 'libx264', device: 'cpu' },
  { id: 'libx265', device: 'cpu' },
  { id: 'h264_nvenc', device: 'gpu' },
  { id: 'hevc_nvenc', device: 'gpu' },
  { id: 'h264_vaapi', ...VAAPI },
  { id: 'hevc_vaapi', ...VAAPI },
  { id: 'h264_qsv', device: 'gpu', filter: 'format=nv12' },
  { id: 'hevc_qsv', device: 'gpu', filter: 'format=nv12' },
  { id: 'h264_videotoolbox', device: 'gpu' },
  { id: 'hevc_videotoolbox', device: 'gpu' },
  { id: 'h264_amf', device: 'gpu' },
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
  if (candidate.needs !== undefined && !existsSync(candidate.needs)) return skipped(`no device ${candidate.needs}`);
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
