import { expect, test } from 'vitest';
import { FramePacer } from './frame-pacer.ts';
import { FakeTime } from './testing/fake-time.ts';

function start() {
  const time = new FakeTime();
  const drawn: string[] = [];
  const pacer = new FramePacer({ now: () => time.nowMs, epochMs: () => time.nowMs }, time.schedule);
  let latest = '';
  let turn = 0;
  const draw = (): void => void drawn.push(`${time.nowMs} ${latest}`);
  const ask = (next: number): void => pacer.request({ turn: (turn = next), draw, again: ask });
  const request = (frame: string): void => {
    latest = frame;
    ask(turn);
  };
  return { time, pacer, request, drawn };
}

test('after a rest a frame is drawn at once', () => {
  const { time, request, drawn } = start();
  request('first');
  time.advance(250);
  request('key');
  expect(drawn).toEqual(['0 first', '250 key']);
});

test('of frames that follow each other closely the last is drawn, as soon as it may be', () => {
  const { time, request, drawn } = start();
  for (const frame of ['a', 'b', 'c']) {
    request(frame);
    time.advance(10);
  }
  time.advance(500);
  expect(drawn).toEqual(['0 a', '100 c']);
});

test('a key that is held down draws ten frames a second', () => {
  const { time, request, drawn } = start();
  for (let index = 0; index < 990; index += 30) {
    request(`${index}`);
    time.advance(30);
  }
  expect(drawn.length).toBe(10);
});

test('after closing nothing is drawn, and no timer remains', () => {
  const { time, pacer, request, drawn } = start();
  request('a');
  request('b');
  pacer.close();
  time.advance(500);
  expect(drawn).toEqual(['0 a']);
  expect(time.timers.size).toBe(0);
});
