import { TriangleAlert, X } from 'lucide-react';
import type { MediaEntry } from '../../../core/contract/model.ts';
import { formatEta, plural } from '../../format.ts';
import { rejectionText } from '../../microcopy.ts';
import { useBinStore } from '../../stores/bin.ts';
import { useJobsStore } from '../../stores/jobs.ts';
import { coverage, useLibraryStore } from '../../stores/library.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Progress } from '../../ui/progress.tsx';
import { folderOf } from './bin-rows.ts';

/** What is going on above the clips: reading, copying, missing files, what was skipped. */
export function BinNotices() {
  const { entries, uploads, reading, rejected } = useLibraryStore();
  const missing = [...entries.values()].filter((entry) => !entry.media.online);
  return (
    <div className="shrink-0 text-ui" aria-live="polite">
      {reading > 0 && uploads.length === 0 && <p className="px-2.5 pb-2 text-g8">Reading {plural(reading, 'file')}…</p>}
      {uploads.length > 0 && (
        <div className="flex flex-col gap-1 px-2.5 pb-2">
          {uploads.slice(0, 3).map((upload) => (
            <div key={upload.id}>
              <p className="flex justify-between gap-2 text-g8">
                <span className="truncate">Copying '{upload.name}'</span>
                <span className="shrink-0 tabular-nums">{Math.round(upload.progress * 100)} %</span>
              </p>
              <Progress label={`Copying ${upload.name}`} value={upload.progress} />
            </div>
          ))}
          {uploads.length > 3 && <p className="text-g8">and {uploads.length - 3} more</p>}
        </div>
      )}
      <Pace entries={entries} />
      {missing.length > 0 && <Missing missing={missing} />}
      {rejected.length > 0 && <Rejected />}
    </div>
  );
}

/** One line of pace: "3 of 8 clips · about 4 min left". */
function Pace({ entries }: { readonly entries: ReadonlyMap<unknown, MediaEntry> }) {
  const jobs = useJobsStore((state) => state.jobs);
  const all = [...entries.values()];
  const working = all.filter((entry) => entry.ingest.state === 'running' || entry.ingest.state === 'waiting');
  if (working.length === 0) return null;
  const { known, total } = coverage(new Map(all.map((entry) => [entry.media.id, entry])));
  const etas = [...jobs.values()].filter((job) => job.state === 'running').map((job) => job.etaMs ?? 0);
  const eta = Math.max(0, ...etas);
  const part = all.reduce((sum, { ingest }) => sum + (ingest.state === 'running' ? ingest.progress : 0), 0);
  return (
    <div className="px-2.5 pb-2">
      <p className="text-g8 tabular-nums">
        {known} of {total} clips understood{eta > 0 && ` · ${formatEta(eta)}`}
      </p>
      <Progress label="Clips understood" value={(known + part) / Math.max(1, total)} tone="muted" />
    </div>
  );
}

function Missing({ missing }: { readonly missing: readonly MediaEntry[] }) {
  const relink = useBinStore((state) => state.relink);
  const [first] = missing;
  if (first === undefined) return null;
  return (
    <div className="mx-2.5 mb-2 flex items-center gap-2 rounded-clip bg-g3 px-2 py-1 text-g9">
      <TriangleAlert size={14} strokeWidth={1.5} aria-hidden className="shrink-0 text-warn" />
      <p className="min-w-0 flex-1">
        {plural(missing.length, 'file is', 'files are')} missing. {missing.length === 1 ? 'It was' : 'They were'} in '
        {folderOf(first.media.path)}'.
      </p>
      <Button onClick={() => relink(first.media.id)}>Find…</Button>
    </div>
  );
}

/** What was not taken in, greyed, each with its reason. */
function Rejected() {
  const rejected = useLibraryStore((state) => state.rejected);
  const dismiss = useLibraryStore((state) => state.dismissRejections);
  return (
    <div className="mx-2.5 mb-2 rounded-clip bg-g3 py-1 pr-1 pl-2">
      <div className="flex items-center justify-between text-g9">
        <span>{plural(rejected.length, 'file')} skipped</span>
        <IconButton icon={X} name="Dismiss" onClick={dismiss} />
      </div>
      <ul className="max-h-24 overflow-y-auto text-g8">
        {rejected.map((rejection) => (
          <li
            key={`${rejection.path} ${rejection.fault.code}`}
            className="selectable py-px"
            title={rejection.fault.code}
          >
            {rejectionText(rejection)}
          </li>
        ))}
      </ul>
    </div>
  );
}
