import type { Scale, Tick } from 'chart.js';
import { type axisStyle, tickText } from './charts';
import { formatTick } from './formatTick';
import type { ValueAxis } from './valueAxis';

/** Options of a scale that stands for an axis of values, as that is at the time. */
export function valueScale(style: ReturnType<typeof axisStyle>, axis: () => ValueAxis) {
  return {
    ...style,
    ticks: {
      ...style.ticks,
      callback(this: Scale, place: number | string, index: number, ticks: Tick[]): string {
        const { isLogarithmic, at } = axis();
        // A power of ten goes there and back: what is left of it has to be rounded.
        return isLogarithmic ? formatTick(Number(at(Number(place)).toPrecision(3))) : tickText.call(this, place, index, ticks);
      },
    },
    afterBuildTicks(scale: Scale): void {
      const { ticks } = axis();
      if (ticks) scale.ticks = ticks.filter((value) => value >= scale.min && value <= scale.max).map((value) => ({ value }));
    },
  };
}

/** Title of such a scale. */
export const scaleTitle = (quantity: string, { linearWithin }: ValueAxis): string =>
  linearWithin === undefined ? quantity : `${quantity} (symlog: linear within ±${formatTick(Number(linearWithin.toPrecision(2)))})`;
