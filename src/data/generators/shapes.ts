import type { Random } from '../../base/random';
import { byClass, type GeneratorRule, pixel } from './rule';

const SIDE = 32;

/** How far a place is outside of a shape of radius 1 around the origin, about; negative inside. */
type Outline = (x: number, y: number) => number;

const box = (x: number, y: number, width: number, height: number): number => Math.max(Math.abs(x) - width, Math.abs(y) - height);

/** A star of five rays is one edge, mirrored and turned: from the tip of a ray at radius 1 to the corner between two at radius 0.4. */
function star(x: number, y: number): number {
  const ray = (2 * Math.PI) / 5;
  const turned = Math.abs(((((Math.atan2(x, -y) + ray / 2) % ray) + ray) % ray) - ray / 2);
  const [right, up] = [Math.hypot(x, y) * Math.sin(turned), Math.hypot(x, y) * Math.cos(turned)];
  const [cornerX, cornerY] = [0.4 * Math.sin(ray / 2), 0.4 * Math.cos(ray / 2)];
  const [alongX, alongY] = [cornerX, cornerY - 1];
  return (right * -alongY + (up - 1) * alongX) / Math.hypot(alongX, alongY);
}

const OUTLINES: Record<string, Outline> = {
  circle: (x, y) => Math.hypot(x, y) - 0.9,
  square: (x, y) => box(x, y, 0.8, 0.8),
  triangle: (x, y) => Math.max(y, Math.abs(x) * Math.sin(Math.PI / 3) - y / 2) - 0.5,
  cross: (x, y) => Math.min(box(x, y, 1, 0.32), box(x, y, 0.32, 1)),
  ring: (x, y) => Math.abs(Math.hypot(x, y) - 0.75) - 0.22,
  star,
};
const NAMES = Object.keys(OUTLINES);

type Colour = [number, number, number];

/** Two that can be told apart. */
function colours(random: Random): [ground: Colour, shape: Colour] {
  const colour = (): Colour => [random.uniform(), random.uniform(), random.uniform()];
  const ground = colour();
  let shape = colour();
  while (Math.hypot(...shape.map((light, i) => light - ground[i])) < 0.5) shape = colour();
  return [ground, shape];
}

function paint(outline: Outline, noise: number, random: Random): Uint8Array {
  const [ground, shape] = colours(random);
  const radius = 7 + 5 * random.uniform();
  const place = () => radius + (SIDE - 2 * radius) * random.uniform();
  const [left, top, angle] = [place(), place(), 0.35 * (2 * random.uniform() - 1)];
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const covered = Float64Array.from({ length: SIDE * SIDE }, (_, at) => {
    const [dx, dy] = [((at % SIDE) + 0.5 - left) / radius, (Math.floor(at / SIDE) + 0.5 - top) / radius];
    return Math.max(0, Math.min(1, 0.5 - radius * outline(cosine * dx + sine * dy, cosine * dy - sine * dx)));
  });
  return Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, at) => {
    const channel = Math.floor(at / (SIDE * SIDE));
    const share = covered[at % (SIDE * SIDE)];
    return pixel(ground[channel] + share * (shape[channel] - ground[channel]), noise, random);
  });
}

export const shapes: GeneratorRule = {
  doc: `A shape of some colour on a ground of another, 3×32×32, of random size and place and turned a little: ${NAMES.join(', ')}; \`classes\` says how many of these, 4 unless told otherwise. Colour tells nothing of the class. \`noise\`: standard deviation added to each pixel, which is in 0…1 and stays there.`,
  kind: 'pixels',
  sampleShape: [3, SIDE, SIDE],
  target: 'class',
  noise: 0.1,
  classes: { default: 4, most: NAMES.length },
  names: NAMES,
  draw: byClass(({ label, noise }, random) => [paint(OUTLINES[NAMES[label]], noise, random), label]),
};
