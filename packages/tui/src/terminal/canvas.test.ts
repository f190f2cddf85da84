import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { Frame } from '../panes/frame.ts';
import { Canvas } from './canvas.ts';

class FakeWriter extends EventEmitter {
  readonly written: string[] = [];
  writableNeedDrain = false;

  write(text: string): boolean {
    this.written.push(text);
    return true;
  }

  drain(): void {
    this.writableNeedDrain = false;
    this.emit('drain');
  }
}

function frame(...lines: readonly string[]): Frame {
  return { kind: 'panes', size: { columns: 20, rows: lines.length }, lines };
}

function start(): { writer: FakeWriter; canvas: Canvas } {
  const writer = new FakeWriter();
  return {
    writer,
    canvas: new Canvas(writer, (error) => {
      throw error;
    }),
  };
}

test('the first frame is drawn as a whole, later ones only where they differ', () => {
  const { writer, canvas } = start();
  canvas.draw(frame('one', 'two', 'three'));
  canvas.draw(frame('one', 'TWO', 'three'));
  expect(writer.written.length).toBe(2);
  expect(writer.written[0]).toContain('\u001B[2J');
  expect(writer.written[1]).toBe('\u001B[?2026h\u001B[2;1H\u001B[KTWO\u001B[?2026l');
});

test('a frame that looks like the last one writes nothing', () => {
  const { writer, canvas } = start();
  canvas.draw(frame('one', 'two'));
  canvas.draw(frame('one', 'two'));
  expect(writer.written.length).toBe(1);
});

test('styles end with their line', () => {
  const { writer, canvas } = start();
  canvas.draw(frame('\u001B[31mred', 'plain'));
  expect(writer.written[0]).toContain('\u001B[31mred\u001B[0m\u001B[2;1H');
});

test('another size, another kind of frame, and a screen that was forgotten are drawn as a whole', () => {
  const { writer, canvas } = start();
  canvas.draw(frame('one', 'two'));
  canvas.draw({ ...frame('one', 'two'), size: { columns: 30, rows: 2 } });
  canvas.draw({ kind: 'plain', size: { columns: 30, rows: 2 }, lines: ['one', 'two'] });
  canvas.draw({ ...frame('one', 'two'), size: { columns: 30, rows: 2 } });
  canvas.forget();
  canvas.draw({ ...frame('one', 'two'), size: { columns: 30, rows: 2 } });
  expect(writer.written.filter((text) => text.includes('\u001B[2J')).length).toBe(5);
});

test('lines of a plain frame follow each other, so that the terminal wraps them itself', () => {
  const { writer, canvas } = start();
  canvas.draw({ kind: 'plain', size: { columns: 5, rows: 4 }, lines: ['a long line', 'b'] });
  expect(writer.written[0]).toContain('a long line\r\nb');
});

test('a terminal that takes nothing is not given more, and then gets the latest frame', () => {
  const { writer, canvas } = start();
  canvas.draw(frame('0'));
  writer.writableNeedDrain = true;
  for (let index = 1; index <= 100; index += 1) canvas.draw(frame(`${index}`));
  expect(writer.written.length).toBe(1);
  expect(writer.listenerCount('drain')).toBe(1);
  writer.drain();
  expect(writer.written.length).toBe(2);
  expect(writer.written[1]).toContain('100');
});

test('nothing is drawn after the end', () => {
  const { writer, canvas } = start();
  writer.writableNeedDrain = true;
  canvas.draw(frame('1'));
  canvas.close();
  writer.drain();
  expect(writer.written).toEqual([]);
  expect(writer.listenerCount('drain')).toBe(0);
});
