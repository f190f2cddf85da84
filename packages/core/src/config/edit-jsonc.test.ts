import { expect, test } from 'vitest';
import { addProperty, appendElement } from './edit-jsonc.ts';

test.each([
  ['an empty file of braces', '{}', '{\n  "plugins": ["x"]\n}'],
  ['two spaces', '{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "plugins": ["x"]\n}\n'],
  ['tabs', '{\n\t"a": 1\n}\n', '{\n\t"a": 1,\n\t"plugins": ["x"]\n}\n'],
  ['Windows line ends', '{\r\n    "a": 1\r\n}\r\n', '{\r\n    "a": 1,\r\n    "plugins": ["x"]\r\n}\r\n'],
  ['a trailing comma', '{\n  "a": 1,\n}\n', '{\n  "a": 1,\n  "plugins": ["x"],\n}\n'],
  ['one line', '{ "a": 1 }', '{ "a": 1, "plugins": ["x"] }'],
  [
    'a comment behind the last value',
    '{\n  "a": 1 // why, not: "b"\n  /* end */\n}\n',
    '{\n  "a": 1, // why, not: "b"\n  "plugins": ["x"]\n  /* end */\n}\n',
  ],
  [
    'comments on both sides of a comma',
    '{\n  "a": 1 /* x, */, // y,\n}\n',
    '{\n  "a": 1 /* x, */, // y,\n  "plugins": ["x"],\n}\n',
  ],
  [
    'a comment line below the last value',
    '{\n  "a": 1\n  // last, but not least\n}\n',
    '{\n  "a": 1,\n  "plugins": ["x"]\n  // last, but not least\n}\n',
  ],
  ['a mark of the byte order', '\uFEFF{\n  "a": 1\n}', '\uFEFF{\n  "a": 1,\n  "plugins": ["x"]\n}'],
])('a property joins an object with %s', (_, text, expected) => {
  expect(addProperty(text, [], ['plugins', ['x']])).toBe(expected);
});

test('keys that are in order stay so, and others are left as they are', () => {
  const add = (keys: string) => addProperty(`{\n  "d": {${keys}}\n}`, ['d'], ['@larder/nx', '1']);
  expect(add('"@a/b": "1", "nx": "2"')).toContain('{"@a/b": "1", "@larder/nx": "1", "nx": "2"}');
  expect(add('"b": "1", "nx": "2"')).toContain('{"@larder/nx": "1", "b": "1", "nx": "2"}');
  expect(add('"nx": "1", "a": "2"')).toContain('{"nx": "1", "a": "2", "@larder/nx": "1"}');
  expect(addProperty('{\n  "d": {\n    "a": "1", // first\n    "nx": "2"\n  }\n}', ['d'], ['b', 'x'])).toBe(
    '{\n  "d": {\n    "a": "1", // first\n    "b": "x",\n    "nx": "2"\n  }\n}',
  );
});

test('an object is written with a line for each property', () => {
  expect(addProperty('{\n  "a": 1\n}', [], ['b', { c: { d: [1, 'e'] } }])).toBe(
    '{\n  "a": 1,\n  "b": {\n    "c": {\n      "d": [1, "e"]\n    }\n  }\n}',
  );
});

test.each([
  ['[]', '["x"]'],
  ['["a"]', '["a", "x"]'],
  ['["a",]', '["a", "x",]'],
  ['[\n    "a"\n  ]', '[\n    "a",\n    "x"\n  ]'],
  ['[\n    "a", // why\n  ]', '[\n    "a", // why\n    "x",\n  ]'],
  [
    '[\n    { "plugin": "a",\n      "options": {} }\n  ]',
    '[\n    { "plugin": "a",\n      "options": {} },\n    "x"\n  ]',
  ],
])('an element joins %j', (list, expected) => {
  expect(appendElement(`{\n  "plugins": ${list}\n}`, ['plugins'], 'x')).toBe(`{\n  "plugins": ${expected}\n}`);
});

test.each<[string, string | null]>([
  ['text that does not parse', appendElement('{ "plugins": [ }', ['plugins'], 'x')],
  ['something else in its place', appendElement('{ "plugins": "a" }', ['plugins'], 'x')],
  ['nothing in its place', appendElement('{}', ['plugins'], 'x')],
  ['a key that stands there twice', appendElement('{ "plugins": [], "plugins": [] }', ['plugins'], 'x')],
  ['a comment between empty brackets', appendElement('{ "plugins": [ /* none */ ] }', ['plugins'], 'x')],
  ['a key that is there', addProperty('{ "a": 1 }', [], ['a', 2])],
  ['a list instead of an object', addProperty('[]', [], ['a', 2])],
])('%s is not edited', (_, edited) => {
  expect(edited).toBeNull();
});
