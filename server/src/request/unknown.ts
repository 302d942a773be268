/**
 * A value may hold parts that nobody can know before the request is made: the time, an upstream's answer. Such a part stands in the text
 * between two characters that are no bytes, with the words for what it is.
 */
export const unknownPart = (what: string): string => `${opening}${what}${closing}`

const opening = '\ue000'
const closing = '\ue001'

export const isKnown = (text: string): boolean => !text.includes(opening)

/** The text with its unknown parts as their words, for a message. */
export const readable = (text: string): string => text.replaceAll(opening, '').replaceAll(closing, '')
