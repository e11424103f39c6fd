/** What the pointer is over, and how the machine is doing. */
export function StatusBar() {
  return <footer className="flex h-5.5 shrink-0 items-center bg-g2 px-3 text-dense text-g8" />;
}
