// Debian's packages that the tests need: found, and as root installed, without any service being started.
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { findProgram, run } from './processes.mjs'
import { duration, isAdministrator, say } from './project.mjs'

/**
 * What `npm test` needs beside Node: Debian's package, what it is for, the programs by which it is
 * known on other systems, and the service that its installation would start.
 */
export const testPackages = [
  { name: 'nginx-extras', purpose: 'the tests against the real nginx', programs: ['nginx'], service: 'nginx' },
  { name: 'apache2', purpose: 'the tests against the real Apache', programs: ['apache2', 'httpd'], service: 'apache2' },
  { name: 'libapache2-mod-wsgi-py3', purpose: 'the tests against the real mod_wsgi' },
  { name: 'openssl', purpose: 'the tests over TLS', programs: ['openssl'] },
  { name: 'python3-venv', purpose: 'the tests on real virtualenvs', programs: ['python3'] },
  { name: 'python3-django', purpose: 'the tests on a running Django' },
  { name: 'gunicorn', purpose: 'the tests of Django behind nginx', programs: ['gunicorn'], service: 'gunicorn' },
  { name: 'uwsgi-core', purpose: 'the tests of Django behind nginx', programs: ['uwsgi'] },
  { name: 'uwsgi-plugin-python3', purpose: 'the tests of Django behind nginx' },
  { name: 'neovim', purpose: 'the tests in Neovim', programs: ['nvim'] },
  { name: 'emacs-nox', purpose: 'the tests in Emacs', programs: ['emacs'] },
  { name: 'elpa-eglot', purpose: 'the tests in Emacs' },
  { name: 'chromium', purpose: 'the tests in real VS Code, which runs in it', programs: ['chromium', 'chromium-browser', 'google-chrome', 'chrome'] },
]

/** Whether Debian's package tools are here. */
export const isDebian = existsSync('/etc/debian_version') && findProgram('apt-get') !== undefined

/** Installs the packages that are missing where we may, saying so first; returns those still missing, each with `how` to get it. */
export async function ensurePackages(packages = testPackages) {
  const missing = await missingPackages(packages)
  if (missing.length === 0) return []
  const names = missing.map(({ name }) => name)
  if (!isDebian) return missing.map((entry) => ({ ...entry, how: `install what Debian calls ${entry.name}` }))
  if (!isAdministrator) return missing.map((entry) => ({ ...entry, how: `sudo apt-get install --no-install-recommends ${entry.name}` }))
  say(`Installing Debian packages with apt-get, without starting their services: ${names.join(' ')} …`)
  const started = Date.now()
  const failure = await install(names)
  if (failure !== undefined) say(`  apt-get did not manage: ${failure}`)
  else say(`  done in ${duration(Date.now() - started)}`)
  const left = await missingPackages(missing)
  await keepStopped(missing.filter((entry) => !left.includes(entry)))
  return left.map((entry) => ({ ...entry, how: `apt-get install --no-install-recommends ${entry.name}` }))
}

async function missingPackages(packages) {
  if (!isDebian) return packages.filter(({ programs }) => programs !== undefined && findProgram(...programs) === undefined)
  const { stdout } = await run('dpkg-query', ['-W', '-f=${Package} ${db:Status-Status}\\n', ...packages.map(({ name }) => name)])
  const installed = new Set(
    stdout
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([, status]) => status === 'installed')
      .map(([name]) => name),
  )
  return packages.filter(({ name }) => !installed.has(name))
}

/** Runs apt-get; returns what went wrong, or undefined. */
async function install(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const allow = denyServiceStarts()
  try {
    // Lists that could not all be refreshed may still do.
    await run('apt-get', ['update', '-q'], { env })
    const get = (...some) => run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...some], { env })
    const { code, stdout, stderr } = await get(...names)
    if (code === 0) return undefined
    // One that this Debian does not have must not keep the others away.
    if (names.length > 1) for (const name of names) await get(name)
    return (stderr.trim() || stdout.trim()).split('\n').slice(-3).join(' ')
  } finally {
    allow()
  }
}

/**
 * Debian starts a service when its package is installed, unless policy-rc.d says no (invoke-rc.d(8)).
 * Puts such a policy there for a while, where the administrator has none; returns what takes it away.
 */
function denyServiceStarts() {
  const policy = '/usr/sbin/policy-rc.d'
  if (existsSync(policy)) return () => {}
  writeFileSync(policy, '#!/bin/sh\n# Put here by webconf while it installs packages; may be removed.\nexit 101\n')
  chmodSync(policy, 0o755)
  return () => rmSync(policy, { force: true })
}

/** A machine that only tests webconf must not serve pages after its next start either. */
async function keepStopped(installed) {
  const services = installed.flatMap(({ service }) => service ?? [])
  if (services.length === 0 || !existsSync('/run/systemd/system')) return
  say(`  keeping the services from starting with the machine: systemctl disable ${services.join(' ')}`)
  for (const service of services) await run('systemctl', ['disable', '--now', service])
}
