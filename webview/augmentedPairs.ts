import type { DataCard } from '../src/train/outcome';
import { el } from './dom';
import { paintPicture, pictureCanvas } from './picture';

/** Training samples beside what the augmentations make of them. */
export function augmentedPairs(pairs: NonNullable<DataCard['augmented']>): HTMLElement {
  const figures = pairs.map(({ before, after }, index) => {
    const canvases = [
      pictureCanvas(`training sample ${index + 1} as it is`),
      pictureCanvas(`training sample ${index + 1} as the model was trained on it in the first epoch`),
    ];
    paintPicture(canvases[0], before);
    paintPicture(canvases[1], after);
    return el('div', { class: 'pair' }, ...canvases);
  });
  const heading = el('p', { class: 'muted' }, 'Training samples: as it is | as trained on, in the first epoch');
  return el('div', { class: 'augmented', 'data-role': 'augmented' }, heading, el('div', { class: 'pictures' }, ...figures));
}
