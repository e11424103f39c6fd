import type { AnalysisResult } from '../../core/analysis/results.ts';
import { findFfmpeg, type FfmpegTools } from '../../native/ffmpeg/find.ts';
import { checkInput } from '../../native/ffmpeg/input.ts';
import { runPass } from '../../native/ingest/pass.ts';
import { inspectMedia } from '../../native/media/probe.ts';
import { runProgram } from '../../native/process/programs.ts';

/** What the analysers of a file's first sound find, run as ingest runs them, and its 16 kHz sound. */
export type Heard = { readonly results: readonly AnalysisResult[]; readonly speech: Int16Array };

/** Hears a file that has sound; pictures are not decoded. */
export async function hear(path: string, analysers: readonly string[]): Promise<Heard> {
  const tools = await findFfmpeg();
  const { facts } = await inspectMedia(path, { tools });
  const speech: Uint8Array[] = [];
  const { results } = await runPass(tools, {
    input: await checkInput(path),
    facts,
    wishes: { thumbnails: false, analysisFrames: false, sound: true, speech: true },
    analysers,
    peaks: false,
    proxyPath: '',
    sink: { speech: async (bytes) => void speech.push(Uint8Array.from(bytes)), thumbnail: async () => undefined },
  });
  const bytes = Buffer.concat(speech);
  return {
    results,
    speech: new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~1))),
  };
}

/** Integrated loudness and range that ffmpeg's ebur128 finds in a file's first sound, to a thousandth; NaN where it refuses it. */
export async function ebur128(
  tools: FfmpegTools,
  path: string,
): Promise<{ readonly integratedLufs: number; readonly rangeLu: number }> {
  // Gaps between time stamps are silence, as in ingest: the same samples are measured.
  const filter = 'aresample=async=1,ebur128=metadata=1,ametadata=print:file=-';
  const args = [
    '-v',
    'error',
    '-threads',
    '2',
    '-i',
    `file:${path}`,
    '-map',
    '0:a:0',
    '-af',
    filter,
    '-f',
    'null',
    '-',
  ];
  const { stdout } = await runProgram(tools.ffmpeg, ['-nostdin', '-hide_banner', ...args]);
  const last = (key: string) => Number(stdout.slice(stdout.lastIndexOf(`lavfi.r128.${key}=`)).split(/[=\n]/)[1]);
  return { integratedLufs: last('I'), rangeLu: last('LRA') };
}
