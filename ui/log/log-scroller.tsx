import {
  useCallback,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
} from 'react';
import { LogLine } from './log-line.tsx';
import type { LogSource, LogState } from './log-source.ts';
import { scrollMap, scrollTopOf, topOf } from './scroll-map.ts';

/** Of a line that is not wrapped, in pixels: as in log.css. */
const LINE_HEIGHT = 18;
/** Lines fetched beyond what is seen, on either side. */
const AHEAD = 200;

interface Props {
  source: LogSource;
  state: LogState;
  wrap: boolean;
  times: boolean;
  search: string;
  /** The line that the address points to, counting from 1. */
  marked: number | null;
  /** Which line to show, again with each new object; counts from 1. */
  target: { line: number } | null;
  /** Whether the end stays in sight. */
  following: boolean;
  onFollowing: (following: boolean) => void;
  onPick: (line: number) => void;
  hrefOf: (line: number) => string;
}

/**
 * A window onto a log of any length. Only the lines in sight exist; the scrollbar stands for the rest,
 * beyond what a browser can make an element high, and wrapped lines need no measuring, because the
 * window hangs on its first line, or on its last one while it follows the end.
 */
export function LogScroller(props: Props) {
  const { source, state, wrap, times, search, marked, target, following, onFollowing } = props;
  const box = useRef<HTMLDivElement>(null);
  const viewport = useHeight(box);
  const [top, setTop] = useState(0);
  const seen = useRef(0);
  const total = state.total ?? 0;
  const map = useMemo(() => scrollMap(total, viewport, LINE_HEIGHT), [total, viewport]);
  const inSight = Math.ceil(viewport / LINE_HEIGHT) + 1;
  const first = following ? Math.max(total - inSight, 0) : Math.floor(Math.min(top, map.lastTop));
  const last = Math.min(first + inSight, total);

  useEffect(() => source.want(first - AHEAD, last + AHEAD), [source, first, last, state.version]);

  useEffect(() => {
    if (times || !state.timed) source.wantTimes(first, last);
  }, [source, first, last, times, state.timed, state.version]);

  const moveTo = useCallback(
    (line: number) => {
      const to = Math.min(Math.max(line, 0), map.lastTop);
      onFollowing(to >= map.lastTop);
      setTop(to);
    },
    [map.lastTop, onFollowing],
  );

  // The scrollbar shows where the window is; it is asked only when a person moves it.
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const at = following ? map.height - viewport : scrollTopOf(map, top);
    // Where a person scrolls it is there already, and must not be held up.
    if (Math.abs(element.scrollTop - at) >= 1) element.scrollTop = at;
    seen.current = element.scrollTop;
  }, [following, top, map, viewport]);

  const onScroll = (): void => {
    const element = box.current;
    if (element === null || Math.abs(element.scrollTop - seen.current) < 1) return;
    const isUp = element.scrollTop < seen.current;
    seen.current = element.scrollTop;
    const isEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - 1;
    if (isEnd) onFollowing(true);
    else if (isUp || !following) {
      onFollowing(false);
      setTop(topOf(map, element.scrollTop));
    }
  };

  useEffect(() => {
    if (target !== null) moveTo(target.line - 1 - Math.floor(inSight / 3));
    // Once a target: growing logs must not pull the window back to it.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [target, viewport > 0, state.total !== null]);

  useWheel(box, map.linesPerPixel * LINE_HEIGHT > 1.01, (lines) =>
    moveTo((following ? map.lastTop : top) + lines),
  );

  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(inSight - 3, 1);
    const from = following ? map.lastTop : top;
    const to: Record<string, number> = {
      ArrowUp: from - 1,
      ArrowDown: from + 1,
      PageUp: from - page,
      PageDown: from + page,
      Home: 0,
      End: Infinity,
    };
    const line = to[event.key];
    if (line === undefined || event.altKey || event.metaKey) return;
    event.preventDefault();
    moveTo(line);
  };

  const offset = following ? 0 : (Math.min(top, map.lastTop) - first) * LINE_HEIGHT;
  return (
    // A region that scrolls is moved by keys, its own where the scrollbar is coarse.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={box}
      className="log-box"
      data-wrap={wrap || undefined}
      // A scrolling region must be reachable by the keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="log"
      aria-label="Log output"
      aria-live="off"
      onScroll={onScroll}
      onKeyDown={onKeyDown}
    >
      <div style={{ height: map.height }}>
        <div
          className="log-window"
          style={{ height: viewport }}
          data-following={following || undefined}
        >
          <div className="log-lines" style={{ marginTop: -offset }}>
            {Array.from({ length: last - first }, (_, i) => (
              <LogLine
                key={first + i}
                number={first + i + 1}
                line={source.line(first + i)}
                search={search}
                times={times}
                isMarked={marked === first + i + 1}
                href={props.hrefOf(first + i + 1)}
                onPick={props.onPick}
              />
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

/** The height of what an element has inside, in pixels; 0 before it is drawn. */
function useHeight(box: RefObject<HTMLDivElement | null>): number {
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return height;
}

/** Turns of the wheel as lines, where a pixel of the scrollbar is more than a pixel of the text. */
function useWheel(
  box: RefObject<HTMLDivElement | null>,
  needed: boolean,
  move: (lines: number) => void,
): void {
  const onLines = useEffectEvent(move);
  useEffect(() => {
    const element = box.current;
    if (element === null || !needed) return;
    const onWheel = (event: WheelEvent): void => {
      if (event.deltaY === 0 || event.ctrlKey) return;
      event.preventDefault();
      onLines(event.deltaY / (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 1 : LINE_HEIGHT));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [box, needed]);
}
