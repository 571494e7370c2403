import { type PathRules, posixPath } from '../base/posixPath';

/** What of a URI says where it leads. */
export interface Place {
  scheme: string;
  authority: string;
  path: string;
}

/** `path` without any `..`, which would hide from a comparison of paths where it leads; undefined where it is relative. */
export function absolutePath(path: string, platform: PathRules): string | undefined {
  return platform.isAbsolute(path) ? platform.normalize(path) : undefined;
}

/** Whether `place` lies in `folder` or below. A Windows path `//server/share/x` shares its path with `/share/x`, but not its authority. */
export function isBelow(folder: Place, place: Place): boolean {
  const isSameHost = place.scheme === folder.scheme && place.authority === folder.authority;
  const start = folder.path.endsWith('/') ? folder.path : `${folder.path}/`;
  return isSameHost && posixPath.normalize(place.path).startsWith(start);
}
