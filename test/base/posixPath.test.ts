import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { posixPath } from '../../src/base/posixPath';
import { stream } from '../../src/base/random';

test("paths are normalised as Node's path.posix does it, whatever they are made of", () => {
  const random = stream(1, 'paths');
  const parts = ['a', 'b.csv', '.', '..', '', '...', 'a b'];
  for (let n = 0; n < 5000; n++) {
    const path = Array.from({ length: 1 + Math.floor(random.uniform() * 6) }, () => parts[Math.floor(random.uniform() * parts.length)]).join('/');
    expect(posixPath.normalize(path), path).toBe(posix.normalize(path));
    expect(posixPath.isAbsolute(path), path).toBe(posix.isAbsolute(path));
  }
});
