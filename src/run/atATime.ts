/** Files that may be open at once: systems allow few, and other extensions need some too. */
const MOST = 32;

/** The results of `work` on every item in their order, with so many under way at a time that the system does not run out of open files. */
export async function atATime<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const entries = items.entries();
  const worker = async (): Promise<void> => {
    for (const [i, item] of entries) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: MOST }, worker));
  return results;
}
