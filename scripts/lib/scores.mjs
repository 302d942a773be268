// The scores on files that are not the project's own, compared with a floor that only rises (test/scores.json).
// Their scripts lie beside the project, or where WEBCONF_SCORES says; a clone alone has none.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { run } from './processes.mjs'
import { inProject } from './project.mjs'

const folder = resolve(process.env.WEBCONF_SCORES ?? inProject('../shared'))
const corpora = join(folder, 'corpora/score.mjs')
const deployments = join(folder, 'deployments/score.mjs')
const requests = join(folder, 'requests/score.mjs')
const floorFile = inProject('test/scores.json')

/** Whether the files to be scored on are there. */
export const haveScores = existsSync(corpora) && existsSync(deployments) && existsSync(requests)

/** Takes all scores: `{ scores: { corpora: { NAME: figures }, deployments: figures, requests: { NAME: figures } }, output, failures: [what] }`. */
export async function takeScores() {
  const env = { ...process.env, WEBCONF: `${process.execPath} ${inProject('dist/cli.js')}` }
  const servers = ['nginx', 'apache']
  const [ofDeployments, ofRequests, ...ofServers] = await Promise.all([
    run(process.execPath, [deployments], { env: { ...env, JOBS: '1' } }),
    run(process.execPath, [requests], { env }),
    ...servers.map((server) => run(process.execPath, [corpora, '--server', server], { env })),
  ])
  const scores = { corpora: {}, deployments: readDeployments(ofDeployments.stdout), requests: readRequests(ofRequests.stdout) }
  const failures = []
  for (const [i, server] of servers.entries()) {
    const figures = readCorpora(ofServers[i].stdout)
    for (const set of ['real', 'mutations', 'inferred', 'together']) {
      if (figures[`${server} ${set}`] === undefined) failures.push(`no score of ${server} ${set}: ${complaint(ofServers[i])}`)
    }
    Object.assign(scores.corpora, figures)
  }
  for (const server of servers) if (!scores.requests[server]) failures.push(`no score of requests to ${server}: ${complaint(ofRequests)}`)
  if (scores.deployments === undefined) failures.push(`no score of deployments: ${complaint(ofDeployments)}`)
  return { scores, failures, output: [...ofServers, ofDeployments, ofRequests].map(({ stdout }) => stdout).join('\n') }
}

/**
 * Compares scores with the floor: one entry each, `{ name, text, state }`, where state is `lower`, `met`, `higher`
 * or `new` (the floor says nothing of it yet).
 */
export function compareScores(scores) {
  const floor = readFloor()
  const pairs = [
    ...namesIn(scores.corpora, floor.corpora).map((name) => [name, scores.corpora[name] ?? {}, floor.corpora?.[name]]),
    ...(scores.deployments ? [['deployments', scores.deployments, floor.deployments]] : []),
    ...namesIn(scores.requests, floor.requests).map((name) => [`${name} requests`, scores.requests[name] ?? {}, floor.requests?.[name]]),
  ]
  return pairs.map(([name, figures, least]) => {
    if (least === undefined) return { name, state: 'new', text: textOf(figures) }
    const changes = namesIn(figures, least).map((key) => ({
      key,
      was: least[key],
      // A figure that is no longer given cannot be held against its floor, and is lost.
      better: figures[key] === undefined ? -1 : (lessIsBetter.has(key) ? -1 : 1) * (figures[key] - (least[key] ?? figures[key])),
    }))
    const lower = changes.filter(({ better }) => better < 0)
    const state = lower.length > 0 ? 'lower' : changes.some(({ better, was }) => better > 0 || was === undefined) ? 'higher' : 'met'
    const notes = lower.map(({ key, was }) => `${names[key]} was ${was}`).join(', ')
    return { name, state, text: notes ? `${textOf(figures)} (${notes})` : textOf(figures) }
  })
}

/** Writes the floor anew where scores are better; no figure of it is ever lowered. */
export function raiseFloor(scores) {
  const floor = readFloor()
  // What was not measured this time keeps its floor.
  const best = (figures, least = {}) => ({
    ...least,
    ...Object.fromEntries(
      Object.entries(figures).map(([key, value]) => [key, lessIsBetter.has(key) ? Math.min(value, least[key] ?? value) : Math.max(value, least[key] ?? value)]),
    ),
  })
  const bestOf = (set) => ({
    ...floor[set],
    ...Object.fromEntries(Object.entries(scores[set]).map(([name, figures]) => [name, best(figures, floor[set]?.[name])])),
  })
  const raised = {
    corpora: bestOf('corpora'),
    requests: bestOf('requests'),
    deployments: scores.deployments ? best(scores.deployments, floor.deployments) : floor.deployments,
  }
  writeFileSync(floorFile, `${JSON.stringify({ ...floor, ...raised }, undefined, 2)}\n`)
}

const lessIsBetter = new Set(['falseErrors', 'falseAlarms'])
const counts = new Set([...lessIsBetter, 'fixes'])

/** Lines such as `nginx  real  verdict 99.10 % (by source …)  false errors 2 of 1000  found …  line 97.00 %  message 90.00 %`. */
function readCorpora(text) {
  const scores = {}
  for (const line of text.split('\n')) {
    const name = /^(nginx|apache)\s+(real|mutations|inferred|together)\s/.exec(line)
    if (!name) continue
    const number = (pattern) => {
      const found = pattern.exec(line)
      return found ? Number(found[1]) : undefined
    }
    scores[`${name[1]} ${name[2]}`] = known({
      verdict: number(/verdict ([\d.]+) %/),
      falseErrors: number(/false errors (\d+)/),
      line: number(/ line ([\d.]+) %/),
      message: number(/message ([\d.]+) %/),
    })
  }
  return scores
}

/** For each server `nginx: 8 cases, 140 requests`, and below it `fields overall   100.0%   requests right in all  100.0%`. */
function readRequests(text) {
  const scores = {}
  let server
  for (const line of text.split('\n')) {
    server = /^(nginx|apache): \d+ cases/.exec(line)?.[1] ?? server
    const found = /fields overall\s+([\d.]+)%\s+requests right in all\s+([\d.]+)%/.exec(line)
    if (found && server) scores[server] = { fields: Number(found[1]), whole: Number(found[2]) }
  }
  return scores
}

/** The last line: `pass: recall 90.0 % (…), false alarms 0 of 9, …, fix as asked 80.0 % (…), no answer 0`. */
function readDeployments(text) {
  const line = text.split('\n').findLast((each) => /^(pass|FAIL): recall /.test(each))
  // How many fixes are right, not which share: a share falls when more faults are found.
  const figures = /recall ([\d.]+) %.*false alarms (\d+) of.*fix as asked [\d.]+ % \((\d+) of/.exec(line ?? '')
  return figures ? { recall: Number(figures[1]), falseAlarms: Number(figures[2]), fixes: Number(figures[3]) } : undefined
}

function readFloor() {
  return existsSync(floorFile) ? JSON.parse(readFileSync(floorFile, 'utf8')) : {}
}

const namesIn = (figures, least = {}) => [...new Set([...Object.keys(figures), ...Object.keys(least)])]
const known = (figures) => Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined))
const textOf = (figures) =>
  Object.entries(figures)
    .map(([key, value]) => `${names[key]} ${value}${counts.has(key) ? '' : ' %'}`)
    .join(', ')
const names = {
  verdict: 'verdict',
  falseErrors: 'false errors',
  line: 'line',
  message: 'message',
  recall: 'recall',
  falseAlarms: 'false alarms',
  fixes: 'right fixes',
  fields: 'fields',
  whole: 'requests right in all',
}

/** The line that says what went wrong, in what a program printed when it failed. */
function complaint({ stdout, stderr }) {
  const lines = (stderr.trim() || stdout.trim()).split('\n')
  const at = lines.findIndex((line) => /^\w*Error: /.test(line))
  return at < 0 ? lines.at(-1) : lines.slice(at, at + 2).join(' ')
}
