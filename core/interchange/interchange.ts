import { writeEdl } from './edl-write.ts';
import { layOut } from './export-cut.ts';
import { writeFcp7 } from './fcp7-write.ts';
import { writeFcpxml } from './fcpxml-write.ts';
import type { ExportFile, ExportInput, ExportResult, InterchangeFormat } from './handoff.ts';
import { writeOtio } from './otio-write.ts';
import { tableLosses } from './survival.ts';
import type { Cut } from './export-cut.ts';

/**
 * Writes a timeline for another editor. Deterministic: no time stamps, ids of ours or output paths. The first file is
 * the main one; an EDL has more for further tracks and for more than 999 events.
 *
 * @throws MontageError E_INTERCHANGE_RATE when FCP7 XML or EDL cannot hold the timeline's rate (12.5 fps)
 */
export function exportTimeline(format: InterchangeFormat, input: ExportInput): ExportResult {
  const cut = layOut(input);
  const files = write(format, cut);
  return { files, losses: [...cut.losses, ...tableLosses(cut, format)] };
}

function write(format: InterchangeFormat, cut: Cut): readonly ExportFile[] {
  switch (format) {
    case 'otio':
      return [{ suffix: '', text: writeOtio(cut) }];
    case 'fcpxml':
      return [{ suffix: '', text: writeFcpxml(cut) }];
    case 'fcp7':
      return [{ suffix: '', text: writeFcp7(cut) }];
    case 'edl':
      return writeEdl(cut);
  }
}
