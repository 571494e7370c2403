import type { Recording } from '../bench/recording';
import type { FromView } from '../src/view/protocol';
import { packMessage } from '../src/view/wire';
import { type Playing, Recorded } from './devRecorded';

/** What is played: the first message to this thread, all others are the page's. */
interface Opening extends Omit<Playing, 'compared'> {
  /** URL of the recordings. */
  folder: string;
  name: string;
  compared: string[];
}

const thread = self as unknown as {
  onmessage: (event: MessageEvent<unknown>) => void;
  postMessage(message: object): void;
};

async function open({ folder, name, compared, ...playing }: Opening): Promise<Recorded> {
  const load = async (one: string) => (await (await fetch(`${folder}${one}.json`)).json()) as Recording;
  const whole = { at: Infinity, speed: 0, isBlind: false, compared: [] };
  const others = (await Promise.all(compared.map(load))).map((other) => new Recorded(other, whole, () => undefined).store);
  return new Recorded(await load(name), { ...playing, compared: others }, (message) => thread.postMessage(packMessage(message)));
}

let opened: Promise<Recorded> | undefined;
thread.onmessage = ({ data }) => {
  // A promise that fails ends up as an error of the thread, which the page shows.
  if (opened) void opened.then((recorded) => recorded.receive(data as FromView));
  else opened = open(data as Opening);
};
