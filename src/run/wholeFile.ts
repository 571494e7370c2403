import { open, rename, rm } from 'node:fs/promises';

/** Of a file that is being written; left behind where that was cut short. */
export const DRAFT = '.part';

/** Writes a file as a whole or not at all, even when the power goes. What was half written is removed; throws what the system says. */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const draft = `${path}.${process.pid}${DRAFT}`;
  try {
    const file = await open(draft, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await replace(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Windows refuses for as long as somebody reads the old file. */
async function replace(draft: string, path: string): Promise<void> {
  for (let wait = 10; ; wait *= 2) {
    try {
      return await rename(draft, path);
    } catch (error) {
      const isRead = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '');
      if (!isRead || wait > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}
