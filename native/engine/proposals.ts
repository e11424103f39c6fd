import type { TimelineState } from '../../core/contract/model.ts';
import { acceptChanges } from '../../core/director/accept.ts';
import { direct, type DirectorOutcome } from '../../core/director/direct.ts';
import type { Brief, ChangeId, SuggestionId } from '../../core/director/suggestion.ts';
import { MontageError } from '../../core/errors.ts';
import { editId } from '../../core/timeline/edit.ts';
import { timelineId, type Timeline, type TimelineId } from '../../core/timeline/timeline.ts';
import type { IdSource } from '../ids.ts';
import type { Project } from '../project/project.ts';
import { styleOf } from './styles.ts';

type DirectorParts = { readonly project: Project; readonly ids: IdSource };

/**
 * Directs a cut over everything that is known of the project's footage.
 *
 * @throws MontageError E_STYLE_UNKNOWN, E_MEDIA_UNKNOWN
 */
export function directCut({ project }: DirectorParts, brief: Brief): DirectorOutcome {
  const named = [...brief.mustUse, ...brief.neverUse, ...(brief.music === null ? [] : [brief.music])];
  for (const id of named) project.media.known(id);
  const media = project.media.list();
  const analyses = media.map(({ id }) => ({ mediaId: id, results: project.analysis.results(id) }));
  return direct({ brief, style: styleOf(brief.styleId), media, analyses, sources: project.media });
}

/**
 * Makes a timeline of the accepted changes as one undo step. A suggestion that was applied already answers with its timeline.
 *
 * @throws MontageError E_CHANGE_UNKNOWN, E_CHANGE_IMPOSSIBLE where the footage no longer allows it
 */
export function accept(parts: DirectorParts, id: SuggestionId, changeIds: readonly ChangeId[]): TimelineState {
  const { project, ids } = parts;
  const { suggestion, decided, appliedTo } = project.suggestions.get(id);
  if (decided === 'applied' && appliedTo !== null) return project.timelines.get(appliedTo);
  const offered = new Set(suggestion.changes.map((change) => change.id));
  const unknown = changeIds.find((change) => !offered.has(change));
  if (unknown !== undefined) {
    throw new MontageError({ code: 'E_CHANGE_UNKNOWN', message: 'the suggestion has no such change', where: unknown });
  }
  return project.database.transaction(() => {
    const timeline = ownTimeline(suggestion.base, timelineId(ids.id('timeline')), namesInUse(parts));
    project.timelines.create(timeline);
    const gesture = { editId: editId(`accept ${id}`), author: 'director' };
    const outcome = project.timelines.applyAt(timeline.id, gesture, acceptChanges(suggestion, changeIds));
    if (outcome.kind === 'refused') {
      throw new MontageError({
        code: 'E_CHANGE_IMPOSSIBLE',
        message: `the accepted changes do not fit the timeline (${outcome.refusal.reason})`,
        where: id,
        hint: 'make a new suggestion',
      });
    }
    project.suggestions.decide(id, 'applied', timeline.id);
    return project.timelines.get(timeline.id);
  });
}

/** The base as a timeline of its own: suggestions made from the same brief and seed carry the same ids. */
function ownTimeline(base: Timeline, id: TimelineId, taken: ReadonlySet<string>): Timeline {
  let name = base.name;
  for (let count = 2; taken.has(name); count += 1) name = `${base.name} ${count}`;
  return { ...base, id, name };
}

function namesInUse({ project }: DirectorParts): ReadonlySet<string> {
  return new Set(project.timelines.list().map(({ name }) => name));
}
