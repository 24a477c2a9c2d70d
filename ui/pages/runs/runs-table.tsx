import './runs-table.css';
import { Table } from '@mantine/core';
import { useTable, type RowSelectionState } from '@tanstack/react-table';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { RunSummary } from '../../api/run-filter.ts';
import { columns, features, classOf } from './columns.tsx';

interface Props {
  rows: RunSummary[];
  selection: RowSelectionState;
  onSelection: React.Dispatch<React.SetStateAction<RowSelectionState>>;
  /** Called when the last rows come into sight. */
  onEnd: () => void;
}

/** As runs-table.css has it; where the window is narrow a row is higher. */
const ROW_PX = 36;
const HEADER_PX = 52;
/** So many rows before the end the next ones are asked for. */
const NEAR_END = 10;

/** Runs, of which only those in sight are drawn. */
export function RunsTable({ rows, selection, onSelection, onEnd }: Props) {
  const table = useTable({
    features,
    columns,
    data: rows,
    getRowId: (run) => run.run_id,
    state: { rowSelection: selection },
    onRowSelectionChange: onSelection,
  });
  const body = useRef<HTMLTableSectionElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      const top = (body.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
      setScrollMargin(Math.round(top));
    });
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  const model = table.getRowModel().rows;
  // It is not memoized, and nothing here is.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useWindowVirtualizer({
    count: model.length,
    estimateSize: () => ROW_PX,
    overscan: 12,
    scrollMargin,
    getItemKey: (index) => model[index]?.id ?? index,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1);
  const nearEnd = last !== undefined && last.index >= model.length - NEAR_END;
  useEffect(() => {
    if (nearEnd) onEnd();
  }, [nearEnd, onEnd, model.length]);
  return (
    <Table
      stickyHeader
      stickyHeaderOffset={HEADER_PX}
      verticalSpacing={6}
      className="runs-table"
      aria-label="Runs"
      aria-rowcount={model.length + 1}
    >
      <Table.Thead>
        {table.getHeaderGroups().map((group) => (
          <Table.Tr key={group.id} aria-rowindex={1}>
            {group.headers.map((header) => (
              <Table.Th key={header.id} className={classOf(header.id)}>
                <table.FlexRender header={header} />
              </Table.Th>
            ))}
          </Table.Tr>
        ))}
      </Table.Thead>
      <Table.Tbody ref={body}>
        <Space height={(items[0]?.start ?? scrollMargin) - scrollMargin} />
        {items.map((item) => {
          const row = model[item.index];
          return row === undefined ? null : (
            // Not Mantine's: dozens of rows of nine components each are what the first sight of the list waits for.
            <tr
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              aria-rowindex={item.index + 2}
              aria-selected={row.getIsSelected()}
            >
              {row.getAllCells().map((cell) => (
                <td key={cell.id} className={classOf(cell.column.id)}>
                  <table.FlexRender cell={cell} />
                </td>
              ))}
            </tr>
          );
        })}
        <Space height={virtual.getTotalSize() - ((last?.end ?? scrollMargin) - scrollMargin)} />
      </Table.Tbody>
    </Table>
  );
}

/** Stands for rows out of sight. */
function Space({ height }: { height: number }) {
  return height <= 0 ? null : (
    <tr aria-hidden>
      <td style={{ height, padding: 0 }} />
    </tr>
  );
}
