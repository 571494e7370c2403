/** The system's reason as the beginning of a sentence. */
export function diskProblem(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC':
      return 'The disk is full';
    case 'EDQUOT':
      return 'The disk quota is used up';
    case 'EFBIG':
      return 'A file is as large as this system lets it be';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'The folder may not be written to';
    case 'ENOENT':
      return 'The folder is gone';
    case 'PLAIN_HTTP':
      return 'Over plain HTTP a browser keeps no locks';
    default:
      return `The disk failed (${code ?? message})`;
  }
}
