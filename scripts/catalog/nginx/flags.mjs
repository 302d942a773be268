// What the type word of an `ngx_command_t` says (ngx_conf_file.h, ngx_http_config.h, ngx_stream.h, ngx_mail.h, ngx_event.h).

/** The bits, and those of modules that open a configuration of their own kind (nginx-rtmp-module: ngx_rtmp.h). */
const bits = {
  NGX_CONF_NOARGS: 0x1,
  NGX_CONF_TAKE1: 0x2,
  NGX_CONF_TAKE2: 0x4,
  NGX_CONF_TAKE3: 0x8,
  NGX_CONF_TAKE4: 0x10,
  NGX_CONF_TAKE5: 0x20,
  NGX_CONF_TAKE6: 0x40,
  NGX_CONF_TAKE7: 0x80,
  NGX_CONF_TAKE12: 0x6,
  NGX_CONF_TAKE13: 0xa,
  NGX_CONF_TAKE23: 0xc,
  NGX_CONF_TAKE34: 0x18,
  NGX_CONF_TAKE123: 0xe,
  NGX_CONF_TAKE1234: 0x1e,
  NGX_CONF_BLOCK: 0x100,
  NGX_CONF_FLAG: 0x200,
  NGX_CONF_ANY: 0x400,
  NGX_CONF_1MORE: 0x800,
  NGX_CONF_2MORE: 0x1000,
  NGX_DIRECT_CONF: 0x10000,
  NGX_MAIN_CONF: 0x01000000,
  NGX_ANY_CONF: 0xff000000,
  NGX_EVENT_CONF: 0x02000000,
  NGX_HTTP_MAIN_CONF: 0x02000000,
  NGX_HTTP_SRV_CONF: 0x04000000,
  NGX_HTTP_LOC_CONF: 0x08000000,
  NGX_HTTP_UPS_CONF: 0x10000000,
  NGX_HTTP_SIF_CONF: 0x20000000,
  NGX_HTTP_LIF_CONF: 0x40000000,
  NGX_HTTP_LMT_CONF: 0x80000000,
  NGX_STREAM_MAIN_CONF: 0x02000000,
  NGX_STREAM_SRV_CONF: 0x04000000,
  NGX_STREAM_UPS_CONF: 0x08000000,
  NGX_MAIL_MAIN_CONF: 0x02000000,
  NGX_MAIL_SRV_CONF: 0x04000000,
  NGX_RTMP_MAIN_CONF: 0x02000000,
  NGX_RTMP_SRV_CONF: 0x04000000,
  NGX_RTMP_APP_CONF: 0x08000000,
  NGX_RTMP_REC_CONF: 0x10000000,
}

/** @typedef {'core' | 'conf' | 'event' | 'http' | 'stream' | 'mail' | 'rtmp'} ModuleKind */

/** What each bit means depends on the kind of module that declares it: `ngx_conf_handler` compares the two together. */
const contextsOfKind = {
  core: [[0x01000000, 'main']],
  conf: [[0xff000000, 'any']],
  event: [[0x02000000, 'events']],
  http: [
    [0x02000000, 'http'],
    [0x04000000, 'server'],
    [0x08000000, 'location'],
    [0x20000000, 'if-in-server'],
    [0x40000000, 'if-in-location'],
    [0x80000000, 'limit_except'],
    [0x10000000, 'upstream'],
  ],
  stream: [
    [0x02000000, 'stream'],
    [0x04000000, 'stream-server'],
    [0x08000000, 'stream-upstream'],
  ],
  mail: [
    [0x02000000, 'mail'],
    [0x04000000, 'mail-server'],
  ],
  rtmp: [
    [0x02000000, 'rtmp'],
    [0x04000000, 'rtmp-server'],
    [0x08000000, 'rtmp-application'],
    [0x10000000, 'rtmp-recorder'],
  ],
}

/**
 * Evaluates an or-expression of flags. @param {string} expression @param {(name: string) => string | undefined} define
 * @returns {{ mask: number, unknown: string[] }}
 */
export function evaluateFlags(expression, define) {
  let mask = 0
  /** @type {string[]} */
  const unknown = []
  for (const [word] of expression.matchAll(/0x[0-9a-fA-F]+|\b\d+\b|[A-Za-z_]\w*/g)) {
    if (/^\d/.test(word)) mask = (mask | Number(word)) >>> 0
    else if (word in bits) mask = (mask | bits[/** @type {keyof typeof bits} */ (word)]) >>> 0
    else if (!['ngx_uint_t', 'as'].includes(word)) {
      const expanded = define(word)
      if (expanded === undefined) unknown.push(word)
      else {
        const inner = evaluateFlags(expanded, (name) => (name === word ? undefined : define(name)))
        mask = (mask | inner.mask) >>> 0
        unknown.push(...inner.unknown)
      }
    }
  }
  return { mask, unknown }
}

/** The contexts of a mask, in the order main to inner. @param {number} mask @param {ModuleKind} kind @returns {string[]} */
export function contextsOf(mask, kind) {
  return contextsOfKind[kind].filter(([bit]) => (mask & Number(bit)) >>> 0 !== 0).map(([, name]) => String(name))
}

/**
 * The argument counts that `ngx_conf_handler` admits: a list of counts (0 to 7), or `min` for "that many or more".
 * @param {number} mask @returns {{ counts: number[] } | { min: number }}
 */
export function argumentCounts(mask) {
  if (mask & bits.NGX_CONF_ANY) return { min: 0 }
  if (mask & bits.NGX_CONF_FLAG) return { counts: [1] }
  if (mask & bits.NGX_CONF_1MORE) return { min: 1 }
  if (mask & bits.NGX_CONF_2MORE) return { min: 2 }
  return { counts: [0, 1, 2, 3, 4, 5, 6, 7].filter((count) => mask & (1 << count)) }
}

/** @param {number} mask */
export function isBlock(mask) {
  return (mask & bits.NGX_CONF_BLOCK) !== 0
}

/** @param {number} mask */
export function isFlag(mask) {
  return (mask & bits.NGX_CONF_FLAG) !== 0
}

/** The kind of a module from its type word (`NGX_HTTP_MODULE`). @param {string} word @returns {ModuleKind | undefined} */
export function moduleKind(word) {
  return /** @type {const} */ ({
    NGX_CORE_MODULE: 'core',
    NGX_CONF_MODULE: 'conf',
    NGX_EVENT_MODULE: 'event',
    NGX_HTTP_MODULE: 'http',
    NGX_STREAM_MODULE: 'stream',
    NGX_MAIL_MODULE: 'mail',
    NGX_RTMP_MODULE: 'rtmp',
  })[/** @type {'NGX_CORE_MODULE'} */ (word)]
}
