/** Colours of the timeline's canvas, from the theme's CSS variables so that light and dark follow. */
export type Palette = {
  readonly lane: string;
  readonly gap: string;
  readonly head: string;
  readonly line: string;
  readonly strong: string;
  readonly text: string;
  readonly dim: string;
  readonly faint: string;
  readonly accent: string;
  readonly suggest: string;
  readonly error: string;
  readonly warn: string;
  readonly playhead: string;
  readonly offline: string;
  readonly offlineHatch: string;
  readonly video: ClipColours;
  readonly speech: ClipColours;
  readonly music: ClipColours;
  readonly title: ClipColours;
  readonly caption: ClipColours;
  readonly nested: ClipColours;
};

export type ClipColours = { readonly bar: string; readonly well: string; readonly edge: string; readonly wave: string };

/** Reads the palette; call again when the theme changes. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const read = (name: string, fallback: string) => style.getPropertyValue(name).trim() || fallback;
  return {
    lane: read('--g1', '#121212'),
    gap: read('--g0', '#0a0a0a'),
    head: read('--g3', '#222222'),
    line: read('--g6', '#4a4a4a'),
    strong: read('--g10', '#f2f2f2'),
    text: read('--g9', '#cfcfcf'),
    dim: read('--g8', '#a3a3a3'),
    faint: read('--g7', '#757575'),
    accent: read('--accent', '#6fa8f7'),
    suggest: read('--suggest', '#d9e85c'),
    error: read('--error', '#f9708f'),
    warn: read('--warn', '#f0a044'),
    playhead: read('--playhead', '#ff5a3c'),
    offline: read('--offline', '#3a1a22'),
    offlineHatch: read('--offline-hatch', '#c4405f'),
    // Clips keep their colours in both themes.
    video: { bar: '#3F5F91', well: '#2A3E5E', edge: '#7C9BD0', wave: '#A9C0E6' },
    speech: { bar: '#1E6A4C', well: '#15382B', edge: '#4FA67F', wave: '#8FD3B4' },
    music: { bar: '#86661C', well: '#3D3014', edge: '#BE9A45', wave: '#DDBF78' },
    title: { bar: '#7E2F6B', well: '#4A1E40', edge: '#C27BB0', wave: '#E3B9D8' },
    caption: { bar: '#6E6759', well: '#3B3831', edge: '#DAD4C6', wave: '#DAD4C6' },
    nested: { bar: '#474A4E', well: '#2C2E31', edge: '#8E9297', wave: '#C3C6CA' },
  };
}
