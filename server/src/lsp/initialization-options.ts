/** What a client may say when it starts the server, beside the protocol's own words. All of it has a default that suits other editors. */
export interface InitializationOptions {
  /** Whether the workspace is trusted (default: yes); when that is granted later, the notification `webconf/trusted` says so. */
  readonly trusted?: boolean
  /** The folder of the documentation: a rule's page is `docsUri/rules/family/name.md`. */
  readonly docsUri?: string
  /** The workspace is on no disk of this machine: files are read through the client. */
  readonly filesOfClient?: boolean
  /** The client puts in the ends of sections itself, with the cursor where one goes on. */
  readonly closesSections?: boolean
  /** The client has the command `webconf.convert`, which opens a text in a new editor. */
  readonly opensTexts?: boolean
  /** The client has a command `webconf.explainRequest`, which takes `{ uri, position }`: code lenses lead to it. */
  readonly explainsRequests?: boolean
}
