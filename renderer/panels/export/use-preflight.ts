import { useEffect, useState } from 'react';
import type { TimelineSummary } from '../../../core/contract/model.ts';
import type { OutputPreset } from '../../../core/output/presets.ts';
import type { PreflightReport } from '../../../core/output/quality.ts';
import type { Engine } from '../../engine.ts';

/** Typing a path asks once it rests this long, in ms. */
const REST_MS = 300;

type FilmWish = {
  /** null where nothing is rendered. */
  readonly timelineId: TimelineSummary['id'] | null;
  readonly preset: OutputPreset | null;
  readonly path: string;
};

/** What a film would meet, asked of the engine; null until it is known, and where nothing is rendered. */
export function usePreflight(engine: Engine, wish: FilmWish): PreflightReport | null {
  const { timelineId, preset } = wish;
  const path = wish.path.trim();
  const asked = timelineId === null || path === '' ? null : `${timelineId} ${preset?.id ?? ''} ${path}`;
  const [known, setKnown] = useState<{ readonly of: string; readonly report: PreflightReport } | null>(null);
  useEffect(() => {
    if (asked === null || timelineId === null) return;
    const timer = setTimeout(() => {
      engine.client.export
        .preflight({ timelineId, path, settings: preset === null ? {} : { preset: preset.id } })
        .then((report) => setKnown({ of: asked, report }))
        .catch(() => undefined);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [engine, asked, timelineId, path, preset]);
  return known !== null && known.of === asked ? known.report : null;
}
