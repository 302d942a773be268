import type { Configuration } from '../configuration/placed.ts'
import type { Dialect } from '../syntax/tree.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import { answerApache } from './apache/interpret.ts'
import { answerNginx } from './nginx/interpret.ts'
import type { Answer, Request } from './request.ts'

/**
 * What a server does with a request. Paths in the configuration are those of the machine whose files the snapshot shows; what it has not been
 * asked yet is taken for unknown.
 */
export type Interpreter = (configuration: Configuration, request: Request, snapshot: Snapshot) => Answer

const interpreters: Readonly<Partial<Record<Dialect, Interpreter>>> = { nginx: answerNginx, apache: answerApache }

/** The interpreter of a configuration's server; undefined where there is none. */
export const interpreterOf = ({ dialect }: Configuration): Interpreter | undefined => interpreters[dialect]
