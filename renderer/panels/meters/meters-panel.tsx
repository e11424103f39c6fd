/** Peak meters of what plays. */
export function MetersPanel() {
  return <section aria-label="Meters" className="h-full bg-g2" />;
}
