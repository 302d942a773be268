/** A script for `.platform/hooks`. */
export const prebuildHook = (lines: readonly string[]): string => `#!/bin/bash\nset -e\n${lines.map((line) => `${line}\n`).join('')}`
