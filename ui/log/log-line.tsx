import { memo } from 'react';
import { LineTime } from './line-time.tsx';
import type { TextLine } from './line-splitter.ts';
import { segmentsOf } from './segments.ts';

interface Props {
  /** Counts from 1. */
  number: number;
  line: TextLine | undefined;
  search: string;
  /** Whether to show when it was written. */
  times: boolean;
  isMarked: boolean;
  href: string;
  onPick: (number: number) => void;
}

/** What Flotilla itself says in a log, such as where lines are missing. */
const OWN_WORD = /^\[flotilla\] /;

/** A line with its number, which is a link to it. */
export const LogLine = memo(function LogLine(props: Props) {
  const { number, line, search, times, isMarked, href, onPick } = props;
  const own = line !== undefined && OWN_WORD.test(line.text);
  return (
    <div className="log-line" data-marked={isMarked || undefined} data-own={own || undefined}>
      <a
        className="log-number"
        href={href}
        tabIndex={-1}
        aria-label={`Line ${number}`}
        onClick={(event) => {
          event.preventDefault();
          onPick(number);
        }}
      >
        {number}
      </a>
      {times ? <LineTime at={line?.at} /> : null}
      <span className="log-text">
        {line === undefined ? (
          <span className="log-absent">…</span>
        ) : (
          segmentsOf(line.text, search).map(({ text, className, isMatch }, i) =>
            isMatch ? (
              <mark key={i} className={className}>
                {text}
              </mark>
            ) : (
              <span key={i} className={className}>
                {text}
              </span>
            ),
          )
        )}
        {line?.truncated === true ? (
          <span className="log-absent"> … the rest of this line is in the download</span>
        ) : null}
      </span>
    </div>
  );
});
