import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { MediaEntry } from '../../../core/contract/model.ts';
import type { Appearance, PersonEntry } from '../../../core/contract/people.ts';
import { formatDuration, plural } from '../../format.ts';
import { showSource } from '../../open-source.ts';
import { useLibraryStore } from '../../stores/library.ts';
import { classNames } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ContextMenu, type MenuItem } from '../../ui/menu.tsx';
import { GetModel } from '../get-model.tsx';
import { FaceCrop } from './face-crop.tsx';
import { secondsSeen, titleOf } from './person-text.ts';
import { usePeople, type People } from './use-people.ts';

/** Everybody who is seen: name them, say who is the same, take out who is not. */
export function PeoplePanel() {
  const state = usePeople();
  const { people, missing } = state;
  if (people.length === 0) {
    const [model] = missing;
    return (
      <EmptyState action={model !== undefined && <GetModel model={model} />}>
        {model === undefined
          ? 'No faces found yet. They appear here while clips are looked at.'
          : `Finding people needs ${model.name}, which runs on this computer.`}
      </EmptyState>
    );
  }
  return (
    <section aria-label="People" className="h-full overflow-y-auto bg-g2 py-1">
      <ul>
        {people.map((person, index) => (
          <PersonRow key={person.id} person={person} index={index} state={state} />
        ))}
      </ul>
    </section>
  );
}

type RowProps = { readonly person: PersonEntry; readonly index: number; readonly state: People };

function PersonRow({ person, index, state }: RowProps) {
  const [open, setOpen] = useState(false);
  const entries = useLibraryStore((library) => library.entries);
  const title = titleOf(person, index);
  const clips = new Set(person.appearances.map(({ mediaId }) => mediaId)).size;
  const seen = secondsSeen(person, (id) => entries.get(id)?.media);
  const [first] = person.appearances;
  const entry = first && entries.get(first.mediaId);
  const others = state.people.map((other, at) => ({ other, title: titleOf(other, at) }));
  const items = others
    .filter(({ other }) => other.id !== person.id)
    .map(
      ({ other, title: name }): MenuItem => ({
        label: `Same person as ${name}`,
        onSelect: () => state.merge(other, person),
      }),
    );
  return (
    <li>
      <ContextMenu items={items}>
        <div className="flex h-14 items-center gap-2 px-2 hover:bg-g3">
          <button
            type="button"
            aria-expanded={open}
            aria-label={`Appearances of ${title}`}
            onClick={() => setOpen(!open)}
            className="flex items-center gap-1 rounded-control text-g8 hover:text-g10"
          >
            <ChevronRight size={14} strokeWidth={1.5} aria-hidden className={classNames(open && 'rotate-90')} />
            {first !== undefined && entry !== undefined && <FaceCrop entry={entry} appearance={first} size={44} />}
          </button>
          <div className="min-w-0 flex-1">
            <NameField
              key={`${person.id} ${person.name ?? ''}`}
              person={person}
              placeholder={title}
              onName={state.name}
            />
            <p className="truncate px-1 text-dense text-g8 tabular-nums">
              {[plural(clips, 'clip'), formatDuration(seen), person.confidence < UNSURE && 'unsure']
                .filter((part) => part !== false)
                .join(' · ')}
            </p>
          </div>
        </div>
      </ContextMenu>
      {open && <Faces person={person} title={title} onSplit={(id) => state.split(person, id)} />}
    </li>
  );
}

/** Below this mean likeness a person is said to be unsure. */
const UNSURE = 0.45;

type NameFieldProps = {
  readonly person: PersonEntry;
  readonly placeholder: string;
  readonly onName: People['name'];
};

/** Enter or leaving keeps the name, Esc does not. */
function NameField({ person, placeholder, onName }: NameFieldProps) {
  const [text, setText] = useState(person.name ?? '');
  const keep = () => {
    if (text.trim() !== '' && text.trim() !== person.name) onName(person, text.trim());
  };
  return (
    <input
      value={text}
      placeholder={`${placeholder}, name…`}
      aria-label={`Name of ${placeholder}`}
      maxLength={200}
      onChange={(event) => setText(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setText(person.name ?? '');
        if (event.key === 'Enter') event.currentTarget.blur();
      }}
      className="h-6 w-full truncate rounded-control bg-transparent px-1 text-ui text-g10 placeholder:text-g8 hover:bg-g4 focus:bg-g0"
    />
  );
}

type FacesProps = {
  readonly person: PersonEntry;
  readonly title: string;
  readonly onSplit: (appearanceId: string) => void;
};

function Faces({ person, title, onSplit }: FacesProps) {
  const entries = useLibraryStore((library) => library.entries);
  return (
    <ul aria-label={`Appearances of ${title}`} className="flex flex-wrap gap-1 px-2 pb-2 pl-7">
      {person.appearances.map((appearance) => (
        <Face
          key={appearance.id}
          appearance={appearance}
          entry={entries.get(appearance.mediaId)}
          onSplit={() => onSplit(appearance.id)}
          alone={person.appearances.length === 1}
        />
      ))}
    </ul>
  );
}

type FaceProps = {
  readonly appearance: Appearance;
  readonly entry: MediaEntry | undefined;
  readonly onSplit: () => void;
  readonly alone: boolean;
};

function Face({ appearance, entry, onSplit, alone }: FaceProps) {
  if (entry === undefined) return null;
  const disabledReason = alone ? 'This is all that is seen of the person.' : undefined;
  return (
    <li>
      <ContextMenu items={[{ label: 'This is somebody else', onSelect: onSplit, disabledReason }]}>
        <button
          type="button"
          title={`${entry.media.name}, frame ${appearance.firstFrame}`}
          onClick={() => showSource(appearance.mediaId, appearance.firstFrame)}
          className="block rounded-control outline-offset-1"
        >
          <FaceCrop entry={entry} appearance={appearance} size={40} />
        </button>
      </ContextMenu>
    </li>
  );
}
