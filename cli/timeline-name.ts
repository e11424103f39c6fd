import { MontageError } from '../core/errors.ts';
import type { TimelineId } from '../core/timeline/timeline.ts';
import type { EngineClient } from './connection.ts';

/**
 * The timeline of a name or id; of several with one name the newest.
 *
 * @throws MontageError E_TIMELINE_UNKNOWN naming those there are
 */
export async function timelineNamed(client: EngineClient, name: string): Promise<TimelineId> {
  const timelines = await client.timeline.list();
  const found = timelines.findLast((timeline) => timeline.id === name || timeline.name === name);
  if (found !== undefined) return found.id;
  const names = timelines.map((timeline) => timeline.name);
  const hint = names.length === 0 ? 'the project has none yet' : `there are: ${names.join(', ')}`;
  throw new MontageError({ code: 'E_TIMELINE_UNKNOWN', message: 'there is no such timeline', where: name, hint });
}
