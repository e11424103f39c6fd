import { useCallback, useEffect, useState } from 'react';
import type { ExportReport, TimelineSummary } from '../../../core/contract/model.ts';
import type { TargetId } from '../../../core/interchange/profiles.ts';
import type { OutputPreset } from '../../../core/output/presets.ts';
import { timelineId as brandTimelineId } from '../../../core/timeline/timeline.ts';
import type { Engine } from '../../engine.ts';
import { EXPORT_TARGETS, type ExportTarget } from '../../export-targets.ts';
import { failureText } from '../../microcopy.ts';
import { useTimelineStore } from '../../stores/timeline.ts';
import { usePreflight } from './use-preflight.ts';

export type ExportResult =
  | { readonly kind: 'written'; readonly report: ExportReport }
  | { readonly kind: 'rendering'; readonly path: string }
  | { readonly kind: 'failed'; readonly message: string };

const [FIRST_TARGET] = EXPORT_TARGETS;
const LAST_TARGET_KEY = 'montage.export-target';

function lastTarget(): ExportTarget | undefined {
  const id = window.localStorage.getItem(LAST_TARGET_KEY);
  return EXPORT_TARGETS.find((target) => target.id === id) ?? FIRST_TARGET;
}

/** The state of the export form: sequence, target, path the engine suggests, and how the last run went. */
export function useExport(engine: Engine) {
  const [timelines, setTimelines] = useState<readonly TimelineSummary[]>([]);
  const [timelineId, setTimelineId] = useState<TimelineSummary['id'] | null>(null);
  const [target, setTarget] = useState(() => lastTarget() ?? NO_TARGET);
  const presets = usePresets(engine);
  const [preset, setPreset] = useState<OutputPreset | null>(null);
  const [version, setVersion] = useState<TargetId | null>(null);
  const [path, setPath] = useState('');
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<ExportResult | null>(null);
  const preflight = usePreflight(engine, { timelineId: target.format === 'video' ? timelineId : null, preset, path });

  useEffect(() => {
    void engine.client.timeline
      .list()
      .then((list) => {
        setTimelines(list);
        const open = useTimelineStore.getState().id;
        setTimelineId(list.find(({ id }) => id === open)?.id ?? list.at(-1)?.id ?? null);
      })
      .catch((error: unknown) => setResult({ kind: 'failed', message: failureText(error) }));
  }, [engine]);

  const extension = target.format === 'video' && preset !== null ? preset.container : target.extension;

  useEffect(() => {
    if (timelineId === null) return;
    void engine.client.export
      .suggestPath({ timelineId, extension })
      .then((suggested) => setPath(suggested.path))
      .catch(() => undefined);
  }, [engine, timelineId, extension]);

  const run = useCallback(() => {
    if (timelineId === null) return;
    setBusy(true);
    setResult(null);
    exportTo(engine, { timelineId, target, version, preset, path: path.trim() })
      .then(setResult, (error: unknown) => setResult({ kind: 'failed', message: failureText(error) }))
      .finally(() => setBusy(false));
  }, [engine, timelineId, target, version, preset, path]);

  return {
    timelines,
    timelineId,
    target,
    presets,
    preset,
    /** The version its files are shaped for: the usual one until another is chosen. */
    version: version ?? target.versions[0]?.id ?? null,
    path,
    ...{ busy, result, preflight },
    setPath,
    run,
    chooseTimeline: (id: string) => setTimelineId(brandTimelineId(id)),
    choosePreset: (id: string) => setPreset(presets.find((known) => known.id === id) ?? null),
    chooseVersion: (id: string) => setVersion(target.versions.find((known) => known.id === id)?.id ?? null),
    chooseTarget: (next: ExportTarget) => {
      window.localStorage.setItem(LAST_TARGET_KEY, next.id);
      setResult(null);
      setVersion(null);
      setTarget(next);
    },
  };
}

/** The named outputs that films are made for; none until the engine has told. */
function usePresets(engine: Engine): readonly OutputPreset[] {
  const [presets, setPresets] = useState<readonly OutputPreset[]>([]);
  useEffect(() => {
    void engine.client.export
      .presets()
      .then(setPresets)
      .catch(() => undefined);
  }, [engine]);
  return presets;
}

const NO_TARGET: ExportTarget = { id: 'none', name: '', writes: '', format: 'otio', extension: 'otio', versions: [] };

type ExportWish = {
  readonly timelineId: TimelineSummary['id'];
  readonly target: ExportTarget;
  readonly version: TargetId | null;
  readonly preset: OutputPreset | null;
  readonly path: string;
};

async function exportTo(engine: Engine, wish: ExportWish): Promise<ExportResult> {
  const { timelineId, target, preset, path } = wish;
  const { format, versions } = target;
  if (format === 'video') {
    await engine.client.export.render({
      timelineId,
      path,
      settings: preset === null ? {} : { preset: preset.id },
    });
    return { kind: 'rendering', path };
  }
  const version = wish.version ?? versions[0]?.id;
  const shaped = version === undefined ? {} : { target: version };
  return { kind: 'written', report: await engine.client.export.timeline({ timelineId, format, path, ...shaped }) };
}
