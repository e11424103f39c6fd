import type { ProposeOutcome } from '../../core/contract/model.ts';
import type { Brief } from '../../core/director/suggestion.ts';
import type { Caller } from './caller.ts';
import type { EngineParts } from './parts.ts';
import { accept, directCut } from './proposals.ts';
import { shippedStyles } from './styles.ts';

/** Proposed cuts: made, read, accepted or put aside. */
export function directorRoom(caller: Caller, parts: EngineParts) {
  const { suggestions } = parts.project;
  return {
    styles: caller.director.styles.handler(() =>
      shippedStyles().map(({ id, name, description }) => ({ id, name, description })),
    ),
    propose: caller.director.propose.handler(({ input }) => propose(parts, input.brief)),
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

/** Directs a cut and keeps it as an open suggestion. */
function propose(parts: EngineParts, brief: Brief): ProposeOutcome {
  const outcome = directCut(parts, brief);
  if (outcome.kind === 'nothing') return { kind: 'nothing', reason: outcome.reason, brief };
  parts.project.suggestions.save(outcome.suggestion);
  return { kind: 'proposed', suggestionId: outcome.suggestion.id };
}
