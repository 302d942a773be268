import { directivesNamed } from '../configuration/placed.ts'
import { testApache } from './apache/config-test/test.ts'
import { testNginx } from './nginx/config-test/test.ts'
import type { ConfigTestRule, ConfigurationContext, DeploymentContext, DirectiveRule, ExpectationContext, Finding, Rule } from './rule.ts'

/** A finding with the rule that made it. */
export interface Found {
  readonly rule: Rule
  readonly finding: Finding
}

/** Told of a rule that threw: the others are run all the same. */
export type OnFailure = (rule: string, error: unknown) => void

/** Runs rules over one configuration: one walk over its directives serves all rules that look at directives. */
export function runRules(rules: readonly Rule[], context: Omit<ConfigurationContext, 'report'>, onFailure: OnFailure): Found[] {
  const found: Found[] = []
  const guard = guardBy(onFailure)
  const contextOf = (rule: Rule): ConfigurationContext => ({ ...context, report: (finding) => found.push({ rule, finding }) })
  const byDirective = new Map<string, [DirectiveRule, ConfigurationContext][]>()
  const tested = new Map<string, ConfigTestRule>()
  for (const rule of rules) {
    if (rule.looksAt === 'config-test') {
      if (rule.dialect === context.configuration.dialect) tested.set(rule.id, rule)
    } else if (rule.looksAt === 'directive') {
      if (rule.dialect !== context.configuration.dialect) continue
      const own = contextOf(rule)
      for (const name of rule.directives) {
        const list = byDirective.get(name)
        if (list) list.push([rule, own])
        else byDirective.set(name, [[rule, own]])
      }
    } else if (rule.looksAt === 'configuration') {
      if (rule.dialect === 'any' || rule.dialect === context.configuration.dialect) guard(rule.id, () => rule.check(contextOf(rule)))
    } else if (rule.looksAt === 'application') {
      for (const application of context.applications) guard(rule.id, () => rule.check(application, contextOf(rule)))
    }
  }
  if (tested.size > 0) {
    const test = context.configuration.dialect === 'nginx' ? testNginx : testApache
    guard(`${context.configuration.dialect}/config-test`, () =>
      test(context, (id: string, finding: Finding) => {
        const rule = tested.get(id)
        if (rule) found.push({ rule, finding })
      }),
    )
  }
  for (const [name, rulesOfName] of byDirective) {
    for (const directive of directivesNamed(context.configuration, name)) {
      if (directive.presence === 'absent') continue
      // No `guard`: a function for each rule of each of some hundred thousand directives is worth saving.
      for (const [rule, own] of rulesOfName) {
        try {
          rule.check(directive, own)
        } catch (error) {
          onFailure(rule.id, error)
        }
      }
    }
  }
  return found
}

/** Runs the rules that look at the workspace's deployment. */
export function runDeploymentRules(rules: readonly Rule[], context: Omit<DeploymentContext, 'report'>, onFailure: OnFailure): Found[] {
  const found: Found[] = []
  const guard = guardBy(onFailure)
  for (const rule of rules) {
    if (rule.looksAt === 'deployment') guard(rule.id, () => rule.check({ ...context, report: (finding) => found.push({ rule, finding }) }))
  }
  return found
}

/** Runs the rules that look at expectations. */
export function runExpectationRules(rules: readonly Rule[], context: Omit<ExpectationContext, 'report'>, onFailure: OnFailure): Found[] {
  const found: Found[] = []
  const guard = guardBy(onFailure)
  for (const rule of rules) {
    if (rule.looksAt === 'expectations') guard(rule.id, () => rule.check({ ...context, report: (finding) => found.push({ rule, finding }) }))
  }
  return found
}

const guardBy =
  (onFailure: OnFailure) =>
  (rule: string, check: () => void): void => {
    try {
      check()
    } catch (error) {
      onFailure(rule, error)
    }
  }
