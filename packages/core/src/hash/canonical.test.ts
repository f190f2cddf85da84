import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '../json.ts';
import { canonicalJson, encodeList, encodeSet, encodeText } from './canonical.ts';

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '1:a', '0#', '\ud800', '\udfff', '~'));

function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex');
}

test('where one text ends and the next begins counts', () => {
  expect(encodeList(['ab', 'c'])).not.toBe(encodeList(['abc']));
  expect(encodeList(['ab', 'c'])).not.toBe(encodeList(['a', 'bc']));
  expect(encodeList([])).not.toBe(encodeList(['']));
});

test('lists of different texts never have the same bytes', () => {
  fc.assert(
    fc.property(fc.array(anyText), fc.array(anyText), (a, b) => {
      const same = a.length === b.length && a.every((text, index) => text === b[index]);
      expect(toBytes(encodeList(a)) === toBytes(encodeList(b))).toBe(same);
    }),
  );
});

test('lists that follow one another cannot be cut elsewhere', () => {
  fc.assert(
    fc.property(fc.array(anyText), fc.array(anyText), fc.nat(), (a, b, cut) => {
      const all = [...a, ...b];
      const at = cut % (all.length + 1);
      const other = encodeList(all.slice(0, at)) + encodeList(all.slice(at));
      expect(encodeList(a) + encodeList(b) === other).toBe(at === a.length);
    }),
  );
});

test('lone surrogates are told apart although UTF-8 cannot', () => {
  expect(toBytes(encodeText('\ud800'))).not.toBe(toBytes(encodeText('\ud801')));
  expect(toBytes(encodeText('\ud800'))).not.toBe(toBytes(encodeText('\\ud800')));
});

test('a set has no order and holds each text once', () => {
  expect(encodeSet(['b', 'a', 'b'])).toBe(encodeList(['a', 'b']));
});

test('the keys of objects are sorted by code unit, at every depth', () => {
  expect(canonicalJson({ b: [{ z: 1, B: 2 }], a: null })).toBe('{"a":null,"b":[{"B":2,"z":1}]}');
});

test('equal JSON values have equal texts and unequal ones unequal texts', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const [one, other] = [a, b].map((value) => JSON.parse(JSON.stringify(value)) as JsonValue);
      expect(JSON.parse(canonicalJson(one!))).toEqual(one);
      expect(canonicalJson(one!) === canonicalJson(other!)).toBe(isEqual(one, other));
    }),
  );
});

function isEqual(a: unknown, b: unknown): boolean {
  try {
    expect(a).toStrictEqual(b);
    return true;
  } catch {
    return false;
  }
}
