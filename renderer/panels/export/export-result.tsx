import { Check, OctagonAlert, TriangleAlert } from 'lucide-react';
import type { ExportReport } from '../../../core/contract/model.ts';
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
  const { clips, matching, differences } = report.readBack;
  const bridge = shellBridge();
  return (
    <div role="status" className="selectable flex flex-col gap-1 rounded-clip bg-g2 p-2">
      <p className="text-g10">{exportSummary(report, target)}</p>
      <p className={matching === clips ? 'flex items-center gap-1 text-ok' : 'flex items-center gap-1 text-error'}>
        <Check size={12} aria-hidden /> Read back: {matching}/{clips}
      </p>
      <p className="text-dense text-g8">Checked by reading the file, not inside {target.name}.</p>
      <ul className="max-h-40 overflow-y-auto">
        {differences.map((difference) => (
          <li key={difference} className="text-error">
            {difference}
          </li>
        ))}
        {report.losses.map((loss) => (
          <li
            key={`${loss.kind} ${loss.what} ${loss.where} ${loss.message}`}
            className="flex gap-1.5 py-0.5 text-g9"
            title={loss.where}
          >
            <TriangleAlert size={12} aria-hidden className="mt-0.5 shrink-0 text-warn" />
            <span>
              {loss.message} <span className="text-g8">{loss.where}</span>
            </span>
          </li>
        ))}
      </ul>
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
