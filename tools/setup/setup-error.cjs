'use strict';

/** A set-up that cannot go on for a reason that its reader can remove. Shown without a stack. */
class SetupError extends Error {}

module.exports = { SetupError };
