import type { TimelineState } from '../../core/contract/model.ts';
import type { ChangeId, SuggestionId } from '../../core/director/suggestion.ts';
import { MontageError } from '../../core/errors.ts';
import { editId } from '../../core/timeline/edit.ts';
import { timelineId, type Timeline, type TimelineId } from '../../core/timeline/timeline.ts';
import { notAvailable, type Caller } from './caller.ts';
import type { EngineParts } from './parts.ts';

/** Proposed cuts: made, read, accepted or put aside. */
export function directorRoom(caller: Caller, parts: EngineParts) {
  const { suggestions } = parts.project;
  return {
    styles: caller.director.styles.handler(() => notAvailable('the director')),
    propose: caller.director.propose.handler(() => notAvailable('the director')),
    list: caller.director.list.handler(() =>
      suggestions.list().map(({ suggestion, decided }) => ({
        id: suggestion.id,
        decided,
        title: suggestion.brief.text === '' ? suggestion.base.name : suggestion.brief.text,
      })),
    ),
    get: caller.director.get.handler(({ input }) => suggestions.get(input.suggestionId)),
    accept: caller.director.accept.handler(({ input }) => accept(parts, input.suggestionId, input.changeIds)),
    discard: caller.director.discard.handler(({ input }) => {
      const wasOpen = suggestions.get(input.suggestionId).decided === 'open';
      if (wasOpen) suggestions.decide(input.suggestionId, 'discarded');
      return { discarded: wasOpen };
    }),
  };
}

/**
 * Makes a timeline of the accepted changes as one undo step. A suggestion that was applied already answers with its timeline.
 *
 * @throws MontageError E_CHANGE_UNKNOWN, E_CHANGE_IMPOSSIBLE where the footage no longer allows it
 */
export function accept(parts: EngineParts, id: SuggestionId, changeIds: readonly ChangeId[]): TimelineState {
  const { project, ids } = parts;
  const { suggestion, decided, appliedTo } = project.suggestions.get(id);
  if (decided === 'applied' && appliedTo !== null) return project.timelines.get(appliedTo);
  const wanted = new Set(changeIds);
  const changes = suggestion.changes.filter((change) => wanted.delete(change.id));
  const [unknown] = wanted;
  if (unknown !== undefined) {
    throw new MontageError({ code: 'E_CHANGE_UNKNOWN', message: 'the suggestion has no such change', where: unknown });
  }
  return project.database.transaction(() => {
    const timeline = ownTimeline(suggestion.base, timelineId(ids.id('timeline')), namesInUse(parts));
    project.timelines.create(timeline);
    const edit = { kind: 'group' as const, label: 'Accept suggestion', edits: changes.map((change) => change.edit) };
    const outcome = project.timelines.applyAt(
      timeline.id,
      { editId: editId(`accept ${id}`), author: 'director' },
      edit,
    );
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

function namesInUse(parts: EngineParts): ReadonlySet<string> {
  return new Set(parts.project.timelines.list().map(({ name }) => name));
}
