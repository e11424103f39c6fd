/** The suggestion in one line over the timeline; nothing without one. */
export function SuggestionHeader() {
  return null;
}
