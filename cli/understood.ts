import type { AnalyserState } from '../core/contract/understanding.ts';
import type { Media } from '../core/media/media.ts';
import type { Cli } from './cli.ts';
import type { EngineClient } from './connection.ts';
import { waitForJobs } from './jobs-watch.ts';

/** How each wanted analyser ended, once none of them works or waits. Each that ends may start the next. */
export async function settled(
  cli: Cli,
  client: EngineClient,
  { id: mediaId }: Media,
  isWanted: (state: AnalyserState) => boolean,
): Promise<readonly AnalyserState[]> {
  for (;;) {
    const states = await client.media.understanding({ mediaId }, { signal: cli.signal });
    const wanted = states.filter(isWanted);
    if (!wanted.some(({ state }) => state === 'running' || state === 'waiting')) return wanted;
    const { jobIds } = await client.media.analyse({ mediaId }, { signal: cli.signal });
    const running = states.flatMap((state) => (state.state === 'running' && state.jobId !== '' ? [state.jobId] : []));
    const jobs = [...new Set([...running, ...jobIds])];
    // Nothing works and something waits: it waits for what has failed.
    if (jobs.length === 0) return wanted;
    await waitForJobs(cli, client, jobs);
  }
}
