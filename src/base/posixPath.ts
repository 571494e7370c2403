/** How a platform writes paths: `node:path` of a disk, `posixPath` of everything else that has a URI. */
export interface PathRules {
  isAbsolute(path: string): boolean;
  /** Without `.`, `..` and doubled slashes, as far as that can be told from the path alone. */
  normalize(path: string): string;
}

/** Of POSIX, as the paths of URIs are. */
export const posixPath: PathRules = {
  isAbsolute: (path) => path.startsWith('/'),
  normalize: (path) => {
    const isAbsolute = path.startsWith('/');
    const parts: string[] = [];
    for (const part of path.split('/')) {
      if (part === '' || part === '.') continue;
      if (part !== '..') parts.push(part);
      else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
      else if (!isAbsolute) parts.push('..');
    }
    const end = path.endsWith('/') && parts.length > 0 ? '/' : '';
    return `${isAbsolute ? '/' : ''}${parts.join('/')}${end}` || (path.endsWith('/') ? './' : '.');
  },
};
