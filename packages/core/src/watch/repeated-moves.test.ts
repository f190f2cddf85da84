import { expect, test } from 'vitest';
import type { WorkspacePath } from '../ids.ts';
import { RepeatedMoves } from './repeated-moves.ts';

const stamp = 'a/stamp.txt' as WorkspacePath;
const source = 'a/src.ts' as WorkspacePath;

function afterRounds(rounds: number, moves: RepeatedMoves = new RepeatedMoves()): RepeatedMoves {
  for (let round = 0; round < rounds; round += 1) {
    moves.note([stamp], { whileRunning: true });
    moves.endRound();
  }
  return moves;
}

test('a file saved while tasks run interrupts them, a few times in a row', () => {
  expect(afterRounds(3).mayInterrupt(stamp)).toBe(true);
  expect(afterRounds(4).mayInterrupt(stamp)).toBe(false);
  expect(afterRounds(4).mayInterrupt(source)).toBe(true);
});

test('what moves in each round makes the next one wait longer and longer, up to a minute', () => {
  const delays = [6, 7, 8, 9, 40].map((rounds) => afterRounds(rounds).delayMs([stamp]));
  expect(delays).toEqual([0, 1000, 2000, 4000, 60_000]);
});

test('another file makes the round start at once', () => {
  expect(afterRounds(9).delayMs([stamp, source])).toBe(0);
  expect(afterRounds(9).delayMs([])).toBe(0);
});

test('a file that moves while nothing runs, or rests for a round, begins anew', () => {
  const edited = afterRounds(9);
  edited.note([stamp], { whileRunning: false });
  expect(edited.delayMs([stamp])).toBe(0);
  const rested = afterRounds(9);
  rested.endRound();
  expect(rested.mayInterrupt(stamp)).toBe(true);
});

test('several moves in one round count once', () => {
  const moves = new RepeatedMoves();
  for (let move = 0; move < 20; move += 1) moves.note([stamp], { whileRunning: true });
  expect(moves.mayInterrupt(stamp)).toBe(true);
});
