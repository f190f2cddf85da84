import type { InputDefinition, InputScope } from '@larder/core';

/** A declared input in the words of the configuration file, one line. */
export function describeInput(input: InputDefinition): string {
  switch (input.kind) {
    case 'fileset':
      return describeScope(input.of, input.pattern);
    case 'named':
      return describeScope(input.of, input.name);
    case 'env':
      return `env ${input.name}`;
    case 'runtime':
      return `runtime \`${input.command}\``;
    case 'external':
      return `external ${input.packages.join(', ')}`;
    case 'dependent-outputs':
      return `outputs ${input.pattern}${input.transitive ? ' of all dependencies' : ' of dependencies'}`;
    case 'working-directory':
      return `working directory (${input.mode})`;
    case 'json':
      return `json ${input.pattern}`;
    case 'platform':
      return `platform (${input.of})`;
    case 'plugin':
      return `${input.inputKind} ${JSON.stringify(input.options)}`;
  }
}

function describeScope(scope: InputScope, text: string): string {
  switch (scope.kind) {
    case 'self':
      return text;
    case 'dependencies':
      return `^${text}`;
    case 'projects':
      return `${text} of ${scope.projects.join(', ')}`;
    case 'dependencies-of':
      return `^${text} of ${scope.projects.join(', ')}`;
  }
}
