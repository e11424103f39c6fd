import type { FunctionComponent } from 'react';
import { BinPanel } from './panels/bin/bin-panel.tsx';
import { BriefBar } from './panels/brief/brief-bar.tsx';
import { HistoryPanel } from './panels/history/history-panel.tsx';
import { InspectorPanel } from './panels/inspector/inspector-panel.tsx';
import { MetersPanel } from './panels/meters/meters-panel.tsx';
import { PeoplePanel } from './panels/people/people-panel.tsx';
import { SearchPanel } from './panels/search/search-panel.tsx';
import { ChangesPanel } from './panels/suggestions/changes-panel.tsx';
import { WhyPanel } from './panels/suggestions/why-panel.tsx';
import { TimelinePanel } from './panels/timeline/timeline-panel.tsx';
import { ViewerPanel } from './panels/viewer/viewer-panel.tsx';
import { WordsPanel } from './panels/words/words-panel.tsx';

/** What the dock mounts under each panel id of dock-layout.ts. */
export const PANEL_COMPONENTS: Readonly<Record<string, FunctionComponent>> = {
  media: BinPanel,
  search: SearchPanel,
  words: WordsPanel,
  people: PeoplePanel,
  viewer: ViewerPanel,
  inspector: InspectorPanel,
  why: WhyPanel,
  changes: ChangesPanel,
  history: HistoryPanel,
  brief: BriefBar,
  timeline: TimelinePanel,
  meters: MetersPanel,
};
