import assert from 'node:assert/strict'
import { type CodeAction, type Diagnostic, DiagnosticSeverity, workspace } from 'vscode'
import { diagnosticsOf, openExample, quickFixesOf, ruleOf } from './helpers.ts'
import { screenshot } from './screenshot.ts'

/**
 * Opens an example's file, expects problems of these rules, and applies the first quick fix of each, one after the
 * other, seeing each problem go; at the end nothing but hints is left.
 */
export async function mendAll(path: string, rules: readonly string[], picture: string): Promise<void> {
  const { uri } = (await openExample(path)).document
  const found = await diagnosticsOf(uri, { until: (all) => rules.every((rule) => all.some((each) => ruleOf(each) === rule)) })
  assert.deepEqual([...new Set(found.filter(isLoud).map(ruleOf))].sort(), [...rules].sort())
  await screenshot(picture)
  for (const rule of rules) {
    for (let left = found.filter((each) => ruleOf(each) === rule).length; left > 0; left--) {
      const fix = (await quickFixesOf(uri, rule)).find(isFix)
      assert.ok(fix?.edit, `no quick fix of ${rule} with an edit`)
      assert.ok(await workspace.applyEdit(fix.edit), `the edit of "${fix.title}" was refused`)
      await diagnosticsOf(uri, { until: (all) => all.filter((each) => ruleOf(each) === rule).length < left })
    }
  }
  await diagnosticsOf(uri, { until: (all) => !all.some(isLoud) })
}

const isLoud = (each: Diagnostic): boolean => each.severity !== DiagnosticSeverity.Hint

const isFix = (action: CodeAction): boolean => action.edit !== undefined && !action.title.startsWith('Ignore ')
