import { OctagonAlert, TriangleAlert } from 'lucide-react';
import type { PreflightFinding, PreflightReport } from '../../../core/output/quality.ts';
import { roomText } from '../../film-check.ts';

/** What a render would meet, before it starts: what stops it first, then what to know of. */
export function PreflightList({ report }: { readonly report: PreflightReport }) {
  const rank = ({ severity }: PreflightFinding) => (severity === 'error' ? 0 : 1);
  const findings = [...report.findings].sort((a, b) => rank(a) - rank(b));
  return (
    <section aria-label="Before rendering" className="selectable flex flex-col gap-1 rounded-clip bg-g2 p-2">
      <ul className="max-h-40 overflow-y-auto">
        {findings.map((finding) => (
          <Finding key={`${finding.code} ${finding.where ?? ''} ${finding.message}`} finding={finding} />
        ))}
      </ul>
      <p className="text-dense text-g8 tabular-nums">{roomText(report)}</p>
    </section>
  );
}

function Finding({ finding: { severity, message, where, hint } }: { readonly finding: PreflightFinding }) {
  const isError = severity === 'error';
  const Icon = isError ? OctagonAlert : TriangleAlert;
  return (
    <li className="flex gap-1.5 py-0.5 text-g9">
      <Icon size={12} aria-hidden className={`mt-0.5 shrink-0 ${isError ? 'text-error' : 'text-warn'}`} />
      <span className="min-w-0">
        {isError ? 'Stops the render' : 'Note'}: {message} <span className="break-all text-g8">{where ?? ''}</span>
        {hint !== undefined && <span className="block text-dense text-g8">{hint}</span>}
      </span>
    </li>
  );
}
