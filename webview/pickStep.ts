import type { Chart } from 'chart.js';

/** A press or a drag on a chart picks the step under the pointer. */
export function onPickStep(canvas: HTMLCanvasElement, chartOf: () => Chart<'line'>, onPick: (step: number) => void): void {
  const pick = (event: PointerEvent): void => {
    const step = chartOf().scales.x.getValueForPixel(event.offsetX);
    if (step !== undefined) onPick(step);
  };
  canvas.addEventListener('pointerdown', (event) => {
    const { left, right, bottom } = chartOf().chartArea;
    const isInside = event.offsetX >= left && event.offsetX <= right && event.offsetY <= bottom;
    if (event.button !== 0 || !isInside || canvas.dataset.empty !== undefined) return;
    canvas.setPointerCapture(event.pointerId);
    pick(event);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) pick(event);
  });
}
