/** Whether a path is one that a reader is to replace by their own, as in samples: `/path/to/project`, `/home/youruser/site`. It says nothing of where anything lies. */
export const isPlaceholderPath = (path: string): boolean =>
  /^(?:\/(?:absolute|full|real|some))?\/path\/(?:to|of)(?:\/|$)|(?:^|\/)your[-_ ]?(?:user(?:name)?|name|project(?:[-_ ]?name)?|app|site|domain(?:\.\w+)?|path|home|folder)?(?:\/|$)|[<>]/i.test(
    path,
  )
