import { useEngine } from '../../engine-context.ts';
import { useExportStore } from '../../stores/export.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Popover } from '../../ui/popover.tsx';
import { Select } from '../../ui/select.tsx';
import { ExportResultView } from './export-result.tsx';
import { PreflightList } from './preflight-list.tsx';
import { TargetList } from './target-list.tsx';
import { useExport } from './use-export.ts';

/** Hands the cut to another editor, or renders it: where to, which file, what was lost. */
export function ExportPopover() {
  const { open, setOpen } = useExportStore();
  return (
    <Popover
      label="Export"
      width={400}
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={<Button>Export</Button>}
    >
      <ExportForm />
    </Popover>
  );
}

const PLAIN_FILM = { value: 'plain', label: 'Film', note: 'MP4 with H.264 and AAC, in the sequence’s size' } as const;

function ExportForm() {
  const form = useExport(useEngine());
  const { timelines, timelineId, target, path, busy, result, preflight } = form;
  const isStopped = preflight?.findings.some(({ severity }) => severity === 'error') === true;
  if (timelines.length === 0) {
    return (
      <p className="text-g8">
        Nothing to export yet. Make a sequence first: drag a clip to the timeline, or accept a proposal.
      </p>
    );
  }
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        form.run();
      }}
    >
      <Field label="Sequence">
        <Select
          label="Sequence"
          className="max-w-60"
          value={timelineId ?? ''}
          options={timelines.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={form.chooseTimeline}
        />
      </Field>
      <TargetList chosen={target.id} onChoose={form.chooseTarget} />
      {target.format === 'video' && <PresetField form={form} />}
      {target.versions.length > 0 && <VersionField form={form} />}
      <label className="flex flex-col gap-1">
        <span className="text-g8">File</span>
        <input
          value={path}
          onChange={(event) => form.setPath(event.currentTarget.value)}
          spellCheck={false}
          className="h-6 rounded-clip bg-g1 px-2 text-g10"
        />
      </label>
      {preflight !== null && <PreflightList report={preflight} />}
      <div className="flex items-center justify-end gap-2">
        {target.format === 'video' && <span className="flex-1 text-g8">Progress is shown under jobs.</span>}
        <Button
          submit
          large
          variant="primary"
          disabled={busy || isStopped || path.trim() === '' || timelineId === null}
          aria-busy={busy}
        >
          {busy ? 'Exporting…' : 'Export'}
        </Button>
      </div>
      {result !== null && <ExportResultView result={result} target={target} />}
    </form>
  );
}

function VersionField({ form }: { readonly form: ReturnType<typeof useExport> }) {
  return (
    <Field label="Shaped for">
      <Select
        label="Shaped for"
        className="max-w-60"
        value={form.version ?? ''}
        options={form.target.versions.map(({ id, program }) => ({ value: id, label: program }))}
        onChange={form.chooseVersion}
      />
    </Field>
  );
}

function PresetField({ form }: { readonly form: ReturnType<typeof useExport> }) {
  const presets = form.presets.map(({ id, name, description }) => ({ value: id, label: name, note: description }));
  return (
    <Field label="Preset">
      <Select
        label="Preset"
        className="max-w-60"
        value={form.preset?.id ?? PLAIN_FILM.value}
        options={[PLAIN_FILM, ...presets]}
        onChange={form.choosePreset}
      />
    </Field>
  );
}
