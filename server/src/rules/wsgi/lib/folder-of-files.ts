import { basename } from '../../../workspace/path.ts'

/** Whether a path by its name is a folder of static files or uploads, in which no script is looked for. */
export const isFolderOfFiles = (path: string): boolean =>
  /^(?:assets|collected_?static|css|images|img|js|media|public_static|static|static[-_]?(?:cdn|files|root|media)|uploads?)$/i.test(
    basename(path.replace(/\/+$/, '')),
  )
