/** Says what the cut should become; asleep until there is footage. */
export function BriefBar() {
  return (
    <form aria-label="Brief" className="flex h-full items-center gap-2 bg-g3 px-3">
      <input
        aria-label="What should this become"
        disabled
        placeholder="A two-minute portrait, calm, start with the workshop"
        className="h-6 flex-1 rounded-clip bg-g1 px-2"
      />
    </form>
  );
}
