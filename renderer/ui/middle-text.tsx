import { splitName } from '../format.ts';
import { classNames } from './class-names.ts';

/** A name on one line that loses its middle when there is no room: take number and extension survive. */
export function MiddleText({ text, className }: { readonly text: string; readonly className?: string }) {
  const [head, tail] = splitName(text);
  return (
    <span className={classNames('flex min-w-0 overflow-hidden', className)} title={text}>
      <span className="truncate whitespace-pre">{head}</span>
      <span className="shrink-0 whitespace-pre">{tail}</span>
    </span>
  );
}
