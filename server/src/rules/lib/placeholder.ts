const words = /^(?:your[-_ ]?(?:user(?:name)?|name|project(?:[-_ ]?name)?|app|site|domain(?:\.\w+)?|path|home|folder)?)$/i

/** Words in capitals that instructions say to replace: `SITENAME`, `PROJECT_NAME`. */
const capitals =
  /^(?:(?:SITE|PROJECT|APP|USER|DOMAIN|HOST|SERVER|REPO)(?:_?(?:NAME|PATH|DIR|ROOT|FOLDER|USER))?|WORKING_?DIR(?:ECTORY)?|PATH(?:_TO_\w+)?|HOME_?DIR)$/

/** Whether a path is one that a reader is to replace by their own, as in samples: `/path/to/project`, `/home/youruser/site`. It says nothing of where anything lies. */
export const isPlaceholderPath = (path: string): boolean =>
  /^(?:\/(?:absolute|full|real|some))?\/path\/(?:to|of)(?:\/|$)|[<>]/i.test(path) || path.split('/').some((each) => words.test(each) || capitals.test(each))
