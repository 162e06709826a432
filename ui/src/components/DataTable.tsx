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

/** The style sheet refers to a column as `column-<id>`. */
export type Column<T extends object> = ColumnDef<typeof features, T> & { id: string; header: string };

/** Up to this many rows are all in the document, where the browser's own search finds them. */
const MAX_UNVIRTUALIZED = 200;

type Props<T extends object> = {
  /** The accessible name of the table. */
  label: string;
  rows: T[];
  columns: Column<T>[];
  idOf: (row: T) => string;
  /** Shown when there are no rows. */
  empty: string;
};

/** A table that sorts by its column headers. A long one keeps only the visible rows in the document. */
export function DataTable<T extends object>({ label, rows, columns, idOf, empty }: Props<T>) {
  const table = useTable({ features, data: rows, columns, getRowId: idOf, enableSortingRemoval: true });
  const sorted = table.getRowModel().rows;
  const virtual = sorted.length > MAX_UNVIRTUALIZED;

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
  const items = virtualizer.getVirtualItems();
  const first = virtual ? (items[0]?.index ?? 0) : 0;
  const shown = virtual ? sorted.slice(first, (items.at(-1)?.index ?? -1) + 1) : sorted;
  const above = virtual ? (items[0]?.start ?? top) - top : 0;
  const below = virtual ? virtualizer.getTotalSize() - ((items.at(-1)?.end ?? top) - top) : 0;

  // Explicit roles: the elements lose their implicit ones when a narrow screen shows rows as blocks.
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
                <td role="cell" key={cell.id} className={`column-${cell.column.id}`} data-label={labelOf(cell.column.columnDef.header)}>
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

function labelOf(header: unknown): string {
  return typeof header === "string" ? header : "";
}
