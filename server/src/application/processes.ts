import { isLoopback, reaches } from '../deployment/processes/address.ts'
import type { ApplicationProcess, Listener } from '../deployment/processes/process.ts'
import type { Application, ProxiedApplication } from './application.ts'
import type { Target } from './targets.ts'

/** A place that requests are sent to, and what sends them. */
export interface Sending {
  readonly application: ProxiedApplication
  readonly target: Target
}

/** All that the configurations of a workspace send requests to. */
export const sendingsOf = (applications: readonly Application[]): Sending[] =>
  applications.flatMap((application) => (application.kind === 'proxied' ? application.targets.map((target) => ({ application, target })) : []))

/** Something sent to a listener of a process. */
export interface Meeting extends Sending {
  readonly process: ApplicationProcess
  readonly listener: Listener
}

/** Each place that requests are sent to, with what listens there. */
export const meetingsOf = (applications: readonly Application[], processes: readonly ApplicationProcess[]): Meeting[] =>
  sendingsOf(applications).flatMap((sending) =>
    processes.flatMap((process) =>
      process.listeners.filter((listener) => reaches(sending.target.address, listener.address)).map((listener) => ({ ...sending, process, listener })),
    ),
  )

/** Whether a target is on the machine of the server itself. */
export const isHere = ({ address }: Target): boolean => address.kind === 'unix' || isLoopback(address.host)
