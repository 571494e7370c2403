import type { Chart } from 'chart.js';
import type { Boundary } from '../src/train/outcome';
import { className, shorten } from './outcomePanel';
import { cellsOf, regionCentres } from './plane';
import type { Theme } from './theme';

/** Cells of room that a class's name needs around it. */
const ROOM_FOR_NAME = 3;

/** Lines between cells of different classes. */
export function strokeBorders({ ctx, chartArea: area }: Chart<'line'>, { values, size }: Boundary, theme: Theme): void {
  const [width, height] = [area.width / size, area.height / size];
  ctx.strokeStyle = theme.foreground;
  ctx.lineWidth = 1;
  ctx.beginPath();
  values.forEach((value, index) => {
    const [row, column] = [Math.floor(index / size), index % size];
    const [left, bottom] = [area.left + column * width, area.bottom - row * height];
    if (column + 1 < size && values[index + 1] !== value) {
      ctx.moveTo(left + width, bottom);
      ctx.lineTo(left + width, bottom - height);
    }
    if (row + 1 < size && values[index + size] !== value) {
      ctx.moveTo(left, bottom - height);
      ctx.lineTo(left + width, bottom - height);
    }
  });
  ctx.stroke();
}

/** Names in the regions: colours alone do not tell classes apart. */
export function nameRegions({ ctx, chartArea: area }: Chart<'line'>, boundary: Boundary, classes: string[], theme: Theme): void {
  ctx.save();
  ctx.font = `600 ${theme.fontSize}px ${theme.fontFamily}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.lineWidth = 3;
  ctx.lineJoin = 'round';
  ctx.strokeStyle = theme.background;
  ctx.fillStyle = theme.foreground;
  const { values, size } = boundary;
  const free = regionCentres(values, size, cellsOf(boundary));
  for (const [value, centre] of regionCentres(values, size, new Set())) {
    if (centre.room < ROOM_FOR_NAME) continue;
    // Over the points rather than not at all.
    const { index } = (free.get(value)?.room ?? 0) < ROOM_FOR_NAME ? centre : free.get(value)!;
    const text = shorten(className(classes, value), 16);
    const half = ctx.measureText(text).width / 2 + 2;
    const middle = area.left + (((index % size) + 0.5) * area.width) / size;
    const x = Math.max(area.left + half, Math.min(area.right - half, middle));
    const y = area.bottom - ((Math.floor(index / size) + 0.5) * area.height) / size;
    ctx.strokeText(text, x, y);
    ctx.fillText(text, x, y);
  }
  ctx.restore();
}
