import { fail, type SourceRange } from '../model/problem';
import { pathIn } from './dataFile';

/** ImageNet has more, but they would not fit into memory. */
const MOST_FILES = 200_000;

/** What a file with an image is, by its name. */
export type ImageKind = 'png' | 'jpeg';

export function imageKind(name: string): ImageKind | undefined {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return ending === 'png' ? 'png' : ending === 'jpg' || ending === 'jpeg' ? 'jpeg' : undefined;
}

/** An entry of a folder. */
export interface Entry {
  name: string;
  isFolder: boolean;
}

/**
 * The images in the folders in a folder, `<folder>/<class>/<file>`. Hidden files and folders do not count.
 * @param entriesOf what is in a folder.
 */
export async function imagesIn(folder: string, range: SourceRange, entriesOf: (path: string) => Promise<readonly Entry[]>): Promise<string[]> {
  const images: string[] = [];
  for (const { name, isFolder } of await entriesOf(folder)) {
    if (!isFolder || name.startsWith('.')) continue;
    for (const entry of await entriesOf(pathIn(folder, name)))
      if (!entry.isFolder && !entry.name.startsWith('.') && imageKind(entry.name)) images.push(pathIn(folder, name, entry.name));
    if (images.length > MOST_FILES) fail('too-many-files', `${folder} holds more than ${MOST_FILES} images, too many to be read.`, { range });
  }
  return images;
}
