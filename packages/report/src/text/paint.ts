const codes = {
  bold: [1, 22],
  dim: [2, 22],
  inverse: [7, 27],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const;

export type Style = keyof typeof codes;

/** Wraps text in a style, or leaves it alone where colour is off. */
export type Paint = (style: Style, text: string) => string;

/**
 * Only the sixteen named colours, without black and white: they follow the terminal's theme, so that
 * text stays readable on light and dark backgrounds.
 */
export function createPaint(color: boolean): Paint {
  if (!color) return (_style, text) => text;
  return (style, text) => {
    const [open, close] = codes[style];
    return text === '' ? '' : `\u001B[${open}m${text}\u001B[${close}m`;
  };
}
