import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OutputCapture } from './capture-output.ts';
import { OutputDecoder } from './decode-output.ts';

function captured(capBytes: number, chunks: readonly (string | Uint8Array)[]): string {
  const capture = new OutputCapture(capBytes);
  for (const chunk of chunks) capture.append(Buffer.from(chunk));
  return Buffer.from(capture.toBytes()).toString('utf8');
}

/** Of one, two, three and four bytes. */
const character = fc.constantFrom('a', 'b', '\n', 'ü', '€', '😀');

/** Cuts bytes at arbitrary places. */
function cut(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

describe('captured output', () => {
  test('is complete up to the cap', () => {
    expect(captured(10, ['01234', '56789'])).toBe('0123456789');
  });

  test('above the cap has its first and its last lines, and says how much is missing', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${String(index).padStart(2, '0')}\n`);
    expect(captured(40, lines)).toBe(`line 00\nline 01\n[${8 * 96} bytes of output left out]\nline 98\nline 99\n`);
  });

  test('of one enormous line is cut between characters', () => {
    const text = captured(20, ['ü'.repeat(100)]);
    expect(text).not.toContain('\uFFFD');
    expect(text).toMatch(/^ü{5}\[\d+ bytes of output left out\]\nü{5}$/);
  });

  test('does not depend on how the output was cut into chunks, and is bounded', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200, unit: character }),
        fc.array(fc.nat()),
        fc.integer({ min: 2, max: 100 }),
        (text, places, cap) => {
          const bytes = Buffer.from(text);
          const whole = captured(cap, [bytes]);
          expect(captured(cap, cut(bytes, places))).toBe(whole);
          expect(whole === text).toBe(bytes.length <= cap);
          expect(Buffer.byteLength(whole)).toBeLessThanOrEqual(cap + 50);
        },
      ),
    );
  });
});

describe('decoded output', () => {
  test('never splits a character, wherever the bytes were cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: character }), fc.array(fc.nat()), (text, places) => {
        const decoder = new OutputDecoder();
        const parts = cut(Buffer.from(text), places).map((chunk) => decoder.decode('stdout', chunk));
        expect(parts.join('')).toBe(text);
        expect(decoder.flush()).toEqual([]);
      }),
    );
  });

  test('keeps the streams apart', () => {
    const decoder = new OutputDecoder();
    const [first, second] = [Buffer.from('ü').subarray(0, 1), Buffer.from('ü').subarray(1)];
    expect(decoder.decode('stdout', first)).toBe('');
    expect(decoder.decode('stderr', Buffer.from('x'))).toBe('x');
    expect(decoder.decode('stdout', second)).toBe('ü');
  });

  test('shows a character that never came to its end', () => {
    const decoder = new OutputDecoder();
    decoder.decode('stderr', Buffer.from('€').subarray(0, 2));
    expect(decoder.flush()).toEqual([{ stream: 'stderr', text: '\uFFFD' }]);
  });
});
