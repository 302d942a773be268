import { describe, expect, it } from 'vitest'
import { rules } from '../../server/src/rules/all.ts'
import type { Proof } from '../../server/src/rules/rule.ts'
import { relativeTo } from '../../server/src/workspace/path.ts'
import { applyEdits, problemsOf, readExample, workspace } from '../support/example.ts'
import {
  type Answer,
  apacheBinary,
  freePort,
  makeServerFolder,
  mustHaveServers,
  nginxBinary,
  startApache,
  startNginx,
  startUnit,
} from '../support/real-server.ts'

// What a rule says goes wrong does go wrong on the real server, and its fix mends it there.
for (const rule of rules) {
  for (const example of rule.examples.failing) {
    const { proof } = example
    if (!proof) continue
    const dialect = isNginx(proof, example.files) ? 'nginx' : 'apache'
    const binary = dialect === 'nginx' ? nginxBinary : apacheBinary
    describe.skipIf(!binary && !mustHaveServers)(`${rule.id} on the real ${dialect}${binary ? '' : ' (not installed)'}`, () => {
      it(`${example.title}: ${proof.get}`, async () => {
        const { files } = readExample(example.files)
        const problem = (await problemsOf(files)).find((each) => each.rule === rule.id)
        const fix = (problem?.fixes ?? []).filter((each) => each.edits.length > 0)[proof.fix ?? 0]
        const before = await answer(files, proof, dialect)
        expect(before.status, before.log).toBe(proof.before.status)
        if (proof.before.body) expect(before.body).toMatch(proof.before.body)
        if (proof.before.headers) expect(before.headers).toMatch(proof.before.headers)
        if (proof.before.log) expect(before.log).toMatch(proof.before.log)
        if (!fix) throw new Error('no fix to prove')
        const after = await answer(applyEdits(files, fix.edits), proof, dialect)
        expect(after.status, after.log).toBe(proof.after.status)
        if (proof.after.body) expect(after.body).toMatch(proof.after.body)
        if (proof.after.headers) expect(after.headers).toMatch(proof.after.headers)
        if (proof.after.log) expect(after.log).toMatch(proof.after.log)
      }, 60_000)
    })
  }
}

async function answer(files: Readonly<Record<string, string>>, proof: Proof, dialect: 'nginx' | 'apache'): Promise<Answer & { log: string }> {
  const processes = (proof.processes ?? []).map((path) => files[`${workspace}/${path}`] ?? '')
  const folder = makeServerFolder(await freePorts(proof.processes ? Object.values(files) : []))
  const running: { log(): string; stop(): Promise<void> }[] = []
  try {
    for (const [path, content] of Object.entries(files)) folder.put(`${proof.deployedAt}/${relativeTo(path, workspace)}`, content)
    for (const [path, content] of Object.entries(proof.tree ?? {})) folder.put(path, content)
    for (const text of processes) running.push(await startUnit(folder, text))
    const config = files[`${workspace}/${proof.config}`] ?? ''
    const start = dialect === 'nginx' ? startNginx : startApache
    const isPiece = dialect === 'nginx' ? !/^\s*events\b/m.test(config) : !/^\s*Listen\s/im.test(config)
    const server = await start(folder, config, isPiece)
    try {
      const answered = await server.get(proof.get, proof.host, proof.headers, proof.method)
      return { ...answered, log: `${server.log()}${running.map((each) => each.log()).join('')}` }
    } finally {
      await server.stop()
    }
  } finally {
    for (const each of running) await each.stop()
    folder.remove()
  }
}

/** For each port of this machine in some texts one that is free. */
async function freePorts(texts: readonly string[]): Promise<Map<string, number>> {
  const ports = new Map<string, number>()
  for (const [, port = ''] of texts.join('\n').matchAll(/\b(?:127\.0\.0\.1|localhost):(\d{4,5})\b/g)) if (!ports.has(port)) ports.set(port, await freePort())
  return ports
}

function isNginx(proof: Proof, files: string): boolean {
  const text = readExample(files).files[`${workspace}/${proof.config}`] ?? ''
  return /\{\s*$/m.test(text) && /;\s*$/m.test(text)
}
