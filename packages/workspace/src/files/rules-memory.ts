import { extendIgnoreRules } from './ignore-rules.ts';
import type { IgnoreRules, IgnoreTexts } from './ignore-rules.ts';

interface Extension {
  readonly texts: IgnoreTexts;
  readonly rules: IgnoreRules;
}

/**
 * Rules that were compiled before, by the texts that they come from: a run looks at some folders after each task, reads
 * their files of rules each time, and nearly always finds in them what it has compiled already.
 */
export class RulesMemory {
  readonly #extensions = new WeakMap<IgnoreRules, Map<string, Extension>>();

  /** As `extendIgnoreRules`; the same object for the same rules, folder and texts. */
  extend(rules: IgnoreRules, folder: string, texts: IgnoreTexts): IgnoreRules {
    if (texts.gitignore === null && texts.nxignore === null) return rules;
    let byFolder = this.#extensions.get(rules);
    if (byFolder === undefined) this.#extensions.set(rules, (byFolder = new Map()));
    const known = byFolder.get(folder);
    if (known?.texts.gitignore === texts.gitignore && known.texts.nxignore === texts.nxignore) return known.rules;
    const extended = extendIgnoreRules(rules, folder, texts);
    byFolder.set(folder, { texts, rules: extended });
    return extended;
  }
}
