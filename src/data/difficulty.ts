import { suggestion } from '../model/nearest';
import { fail } from '../model/problem';
import type { DataSpec } from '../model/spec';
import { numberIn, type Table } from './csv';
import { type DataFile, listed, quoted } from './dataFile';
import type { Split } from './dataset';

/** The column that says how hard a sample is, where `curriculum` names one. */
const columnOf = ({ curriculum }: DataSpec): string | undefined => (curriculum?.by === 'loss' ? undefined : curriculum?.by);

const rangeOf = ({ ranges, range }: DataSpec) => ranges.curriculum ?? range;

/** The numbers of that column. @throws ProblemError where the table has no such column, or no number in it. */
export function difficultyOf(spec: DataSpec, file: DataFile, table: Table): Pick<Split, 'difficulty'> {
  const name = columnOf(spec);
  if (name === undefined) return {};
  const column = table.columns.indexOf(name);
  if (column < 0)
    fail(
      'unknown-column',
      `${file.path} has no column ${quoted(name)} to go by.${suggestion(name, table.columns)} Its columns: ${listed(table.columns)}; or say \`by: loss\`.`,
      { range: rangeOf(spec) },
    );
  return { difficulty: Float32Array.from(table.rows, (_, row) => numberIn(file, table, row, column)) };
}

/** The table without that column, which is no feature; a target stays. */
export function withoutDifficulty(spec: DataSpec, table: Table): Table {
  const name = columnOf(spec);
  const column = name === undefined || [spec.target].flat().includes(name) ? -1 : table.columns.indexOf(name);
  const without = (cells: string[]) => cells.filter((_, i) => i !== column);
  return column < 0 ? table : { ...table, columns: without(table.columns), rows: table.rows.map(without) };
}

/** @throws ProblemError where `curriculum` goes by a column of what is no table. */
export function checkDifficulty(spec: DataSpec, { difficulty }: Split): void {
  const name = columnOf(spec);
  if (name !== undefined && !difficulty)
    fail('curriculum-column', `\`by: ${name}\` names a column, but ${spec.file ?? spec.source} is no table (.csv, .tsv). Say \`by: loss\`.`, {
      range: rangeOf(spec),
    });
}
