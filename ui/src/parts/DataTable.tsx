import {
  createSortedRowModel,
  rowSortingFeature,
  sortFn_alphanumeric,
  sortFn_basic,
  tableFeatures,
  useTable,
  type ColumnDef,
} from "@tanstack/react-table";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState } from "react";

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, basic: sortFn_basic },
});

/** `id` names the column for the style sheet, too. */
export type Column<T extends object> = ColumnDef<typeof features, T> & { id: string; header: string };

/** As long as a list is not longer than this, every row of it is in the document, where the browser's own search finds it. */
const VIRTUAL_FROM = 200;

type Props<T extends object> = {
  /** What a screen reader calls the table. */
  label: string;
  rows: T[];
  columns: Column<T>[];
  idOf: (row: T) => string;
  /** What stands there when there are no rows. */
  empty: string;
};

/** A table that is sorted by its heads; of a long one, only the rows that are in sight are in the document. */
export function DataTable<T extends object>({ label, rows, columns, idOf, empty }: Props<T>) {
  const table = useTable({ features, data: rows, columns, getRowId: idOf, enableSortingRemoval: true });
  const sorted = table.getRowModel().rows;
  const virtual = sorted.length > VIRTUAL_FROM;

  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY), [virtual]);
  const virtualizer = useWindowVirtualizer({
    count: sorted.length,
    enabled: virtual,
    estimateSize: () => 44,
    overscan: 12,
    scrollMargin: top,
    getItemKey: (index) => sorted[index]?.id ?? index,
  });
  const inSight = virtualizer.getVirtualItems();
  const first = virtual ? (inSight[0]?.index ?? 0) : 0;
  const shown = virtual ? sorted.slice(first, (inSight.at(-1)?.index ?? -1) + 1) : sorted;
  const above = virtual ? (inSight[0]?.start ?? top) - top : 0;
  const below = virtual ? virtualizer.getTotalSize() - ((inSight.at(-1)?.end ?? top) - top) : 0;

  // The roles are what the elements have by themselves, until a narrow screen shows the rows as blocks.
  /* eslint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role */
  return (
    <div className="table-frame">
      <table role="table" aria-label={label} aria-rowcount={sorted.length + 1}>
        <thead role="rowgroup">
          {table.getHeaderGroups().map((group) => (
            <tr role="row" key={group.id}>
              {group.headers.map((header) => {
                const sort = header.column.getIsSorted();
                return (
                  <th
                    role="columnheader"
                    scope="col"
                    key={header.id}
                    className={`column-${header.column.id}`}
                    aria-sort={sort === "asc" ? "ascending" : sort === "desc" ? "descending" : undefined}
                  >
                    {header.column.getCanSort() ? (
                      <button type="button" className="sort" onClick={header.column.getToggleSortingHandler()}>
                        <table.FlexRender header={header} />
                        <span aria-hidden="true" className="sort-mark">
                          {sort === "asc" ? "▲" : sort === "desc" ? "▼" : ""}
                        </span>
                      </button>
                    ) : (
                      <table.FlexRender header={header} />
                    )}
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody role="rowgroup" ref={body}>
          {above > 0 && <tr role="presentation" className="spacer" style={{ height: above }} />}
          {shown.map((row, index) => (
            <tr
              role="row"
              key={row.id}
              aria-rowindex={first + index + 2}
              data-index={first + index}
              ref={virtual ? virtualizer.measureElement : undefined}
            >
              {row.getAllCells().map((cell) => (
                <td role="cell" key={cell.id} className={`column-${cell.column.id}`} data-label={headOf(cell.column.columnDef.header)}>
                  <table.FlexRender cell={cell} />
                </td>
              ))}
            </tr>
          ))}
          {below > 0 && <tr role="presentation" className="spacer" style={{ height: below }} />}
        </tbody>
      </table>
      {sorted.length === 0 && <p className="empty">{empty}</p>}
    </div>
  );
}

function headOf(header: unknown): string {
  return typeof header === "string" ? header : "";
}
