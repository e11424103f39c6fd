import { Check, OctagonAlert, TriangleAlert, X, type LucideIcon } from 'lucide-react';
import type { ExportReport } from '../../../core/contract/model.ts';
import type { HandoffItem } from '../../../core/interchange/handoff-report.ts';
import { exportSummary, type ExportTarget } from '../../export-targets.ts';
import { formatBytes } from '../../format.ts';
import { shellBridge } from '../../shell/bridge.ts';
import { Button } from '../../ui/button.tsx';
import type { ExportResult } from './use-export.ts';

/** How an export went: read back, what changes, what is dropped. */
export function ExportResultView({ result, target }: { readonly result: ExportResult; readonly target: ExportTarget }) {
  switch (result.kind) {
    case 'failed':
      return (
        <p role="alert" className="selectable flex gap-2 text-error">
          <OctagonAlert size={14} aria-hidden className="mt-px shrink-0" />
          {result.message}
        </p>
      );
    case 'rendering':
      return (
        <p role="status" className="text-g9">
          Rendering to '{result.path}'. You can go on editing.
        </p>
      );
    case 'written':
      return <Report report={result.report} target={target} />;
  }
}

function Report({ report, target }: { readonly report: ExportReport; readonly target: ExportTarget }) {
  const { clips, matching } = report.readBack;
  const { survived, changed, dropped, faults } = report.handoff;
  const bridge = shellBridge();
  return (
    <div role="status" className="selectable flex flex-col gap-1 rounded-clip bg-g2 p-2">
      <p className="text-g10">{exportSummary(report, target)}</p>
      <p className={matching === clips ? 'flex items-center gap-1 text-ok' : 'flex items-center gap-1 text-error'}>
        {matching === clips ? <Check size={12} aria-hidden /> : <OctagonAlert size={12} aria-hidden />}
        Read back: {matching}/{clips}
      </p>
      <p className="text-dense text-g8">Checked by reading the file, not inside {target.name}.</p>
      <div className="max-h-56 overflow-y-auto">
        <Items title="Wrong in the file" tone="text-error" icon={OctagonAlert} items={faults} />
        <Items title="Dropped" tone="text-warn" icon={X} items={dropped} />
        <Items title="Changes" tone="text-warn" icon={TriangleAlert} items={changed} />
        {survived.length > 0 && (
          <p className="mt-1 flex gap-1.5 text-g9">
            <Check size={12} aria-hidden className="mt-0.5 shrink-0 text-ok" />
            <span>Survives: {survived.map(({ what, kept, of }) => `${what} ${kept}/${of}`).join(' · ')}</span>
          </p>
        )}
      </div>
      {report.files.map((file) => (
        <p key={file.path} className="flex items-center justify-between gap-2 text-dense text-g8">
          <span className="truncate" title={file.path}>
            {file.path}
          </span>
          <span className="shrink-0 tabular-nums">{formatBytes(file.bytes)}</span>
          {bridge !== undefined && <Button onClick={() => void bridge.revealFile(file.path)}>Show file</Button>}
        </p>
      ))}
    </div>
  );
}

/** 'start-timecode' as people read it. */
function kindLabel(kind: string): string {
  const words = kind.replaceAll('-', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

type ItemsProps = {
  readonly title: string;
  readonly tone: string;
  readonly icon: LucideIcon;
  readonly items: readonly HandoffItem[];
};

/** Equal lines are folded: what happened, to how many, where the first of them lies, and what to do. */
function Items({ title, tone, icon: Icon, items }: ItemsProps) {
  const groups = Map.groupBy(items, ({ kind, message, advice }) => `${kind} ${message}\n${advice}`);
  if (items.length === 0) return null;
  return (
    <section aria-label={title} className="mt-1">
      <h4 className={`flex items-center gap-1.5 ${tone}`}>
        <Icon size={12} aria-hidden /> {title}
      </h4>
      <ul>
        {[...groups].map(([key, group]) => {
          const [first] = group;
          if (first === undefined) return null;
          const places = [...new Set(group.map(({ where }) => where))].filter((where) => where !== '');
          return (
            <li key={key} className="py-0.5 pl-4.5 text-g9" title={places.join(', ')}>
              {group.length > 1 && <span className="tabular-nums">{group.length} × </span>}
              <span className="text-g10">{kindLabel(first.kind)}:</span> {first.message}{' '}
              <span className="text-g8 tabular-nums">{places[0] ?? ''}</span>
              {first.advice !== '' && <span className="block text-dense text-g8">{first.advice}</span>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
