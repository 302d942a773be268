import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  type ApacheEntry,
  apacheDirectives,
  apacheModules,
  apacheRemovedDirective,
  compareApacheVersions,
  eachApacheDirective,
  isInApacheVersion,
  isKnownApacheDirective,
} from '../../server/src/catalog/apache/catalog.ts'

const manifest = JSON.parse(readFileSync(new URL('../../server/src/catalog/data/apache.manifest.json', import.meta.url), 'utf8'))

describe('the Apache catalog says what the tables of httpd say', () => {
  it('has every row of the tables, counted apart from this reader', () => {
    expect(manifest.sources.find(({ name }: { name: string }) => name === 'httpd')).toMatchObject({ directives: 800, modules: 145 })
    const read = [...eachApacheDirective()].filter(
      (entry) => entry.source === 'core' && !laterThanTheSource.has(entry.name) && isInApacheVersion(entry, '2.4.62'),
    )
    // 800 rows, less the other branch of three conditions and a section that nothing builds.
    expect(read).toHaveLength(796)
    // `grep AP_INIT_… SSL_CMD_…` over the source, the rows of LISTEN_COMMANDS (six MPMs) and of GracefulShutdownTimeout (three) added.
    expect(countKinds(read)).toEqual({
      argv: 20,
      flag: 116,
      iterate: 50,
      iterate2: 18,
      raw: 88,
      take1: 423,
      take12: 23,
      take123: 6,
      take2: 26,
      take23: 22,
      take3: 4,
    })
  })

  it('knows where a directive may stand', () => {
    expect(one('ServerName').overrides).toEqual(['server'])
    expect(one('Require').overrides).toEqual(['authconfig'])
    expect(one('AllowOverride').overrides).toEqual(['access'])
    expect(one('Options').overrides).toEqual(['options'])
    expect(one('SetEnvIf').overrides).toEqual(['fileinfo'])
    expect(one('Allow').overrides).toEqual(['limit'])
    expect(one('SSLCipherSuite').overrides).toEqual(['server', 'authconfig'])
    expect(one('SSLProxyEngine').overrides).toEqual(['server', 'proxy'])
    expect(one('IfModule').overrides).toEqual(['limit', 'options', 'fileinfo', 'authconfig', 'indexes'])
  })

  it('knows what is done while the file is read', () => {
    const names = [...eachApacheDirective()]
      .filter((entry) => entry.onRead && entry.source === 'core' && isInApacheVersion(entry, '2.4.71') && !(entry.section && entry.module === 'mod_lua'))
      .map(({ name }) => name)
    expect(names.sort()).toEqual(
      [
        ...['Define', 'UnDefine', 'Include', 'IncludeOptional', 'LoadModule', 'LoadFile', 'ServerRoot', 'DefaultRuntimeDir'],
        ...['IfModule', 'IfDefine', 'IfFile', 'IfDirective', 'IfSection', 'IfVersion'],
        ...['Macro', 'Use', 'UndefMacro', 'MacroIgnoreBadNesting', 'MacroIgnoreEmptyArgs', 'UNCList', 'LuaAuthzProvider'],
      ].sort(),
    )
  })

  it('knows how arguments are taken, and the words behind a complaint', () => {
    expect(one('SSLEngine')).toMatchObject({ arguments: 'take1', help: "SSL switch for the protocol engine ('on', 'off')", handler: 'ssl_cmd_SSLEngine' })
    expect(one('KeepAlive')).toMatchObject({ arguments: 'flag', handler: 'set_keep_alive' })
    expect(one('ServerAlias')).toMatchObject({ arguments: 'raw', help: 'A name or names alternately used to access the server' })
    expect(one('AddOutputFilter')).toMatchObject({ arguments: 'iterate2' })
    expect(one('RewriteRule')).toMatchObject({ arguments: 'raw', handler: 'cmd_rewriterule' })
    expect(one('AddType')).toMatchObject({ arguments: 'iterate2' })
    expect(one('DeflateInflateRatioLimit').help).toBe('Set the inflate ratio limit above which inflation is aborted (default: 200)')
    expect(one('Protocols').help).toBe('Controls which protocols are allowed')
  })

  it('takes what AP_INIT_NO_ARGS declares for raw arguments, as http_config.h does', () => {
    expect(one('AuthnCacheEnable').arguments).toBe('raw')
  })

  it('knows what the table hands to the function', () => {
    expect(one('AuthName').data).toBeUndefined()
    expect(one('RLimitCPU').data).toBe('APR_OFFSETOF(core_dir_config, limit_cpu)')
    expect(one('ScriptAlias').data).toBe('"cgi-script"')
  })

  it('knows what a function refuses before it does anything', () => {
    const everywhereElse = ['limit', 'directory', 'location', 'files', 'if', 'proxy']
    expect(one('User').forbidden).toEqual(['virtualhost', ...everywhereElse])
    expect(one('ServerName').forbidden).toEqual(everywhereElse)
    expect(one('AllowOverride').forbidden).toEqual(['htaccess'])
    expect(one('Files').forbidden).toEqual(['limit', 'location'])
    expect(one('If').forbidden).toEqual(['limit'])
    expect(one('ProxyPass').forbidden).toEqual(['directory', 'files', 'if'])
    expect(one('WSGIDaemonProcess').forbidden).toEqual([])
    expect(one('WSGIPythonHome').forbidden).toEqual(['virtualhost', ...everywhereElse])
    expect(one('Alias').forbidden).toEqual([])
  })

  it('tells a section from a directive of the same name', () => {
    expect(one('LuaHookFixups', true)).toMatchObject({ section: true, arguments: 'raw' })
    expect(one('LuaHookFixups', false)).toMatchObject({ section: false, arguments: 'take2' })
    expect(apacheDirectives('Proxy').map(({ section }) => section)).toEqual([true])
  })

  it('says which build has what not every build has', () => {
    expect(one('UNCList').only).toBe('Windows')
    expect(one('WSGIPy3kWarningFlag').only).toBe('Python 2')
    expect(one('ServerName').only).toBeUndefined()
  })

  it('has what is newer than the source', () => {
    for (const [name, module] of laterThanTheSource) expect(apacheDirectives(name).some((entry) => entry.module === module)).toBe(true)
  })
})

describe('the Apache catalog knows versions', () => {
  it.each([
    ['IfFile', '2.4.34', undefined],
    ['Protocols', '2.4.17', undefined],
    ['RequireAny', '2.4.1', undefined],
    ['MDProfile', '2.4.64', undefined],
    ['ServerName', undefined, undefined],
    ['SSLPKCS7CertificateFile', '2.4.1', '2.4.8'],
    ['AuthDigestNonceFormat', undefined, '2.4.69'],
    ['WSGITrustedProxies', '4.4.10', undefined],
    ['WSGISocketRotation', '4.6.0', undefined],
    ['WSGIDestroyInterpreter', '4.9.1', undefined],
    ['WSGISwitchInterval', '6.0.0', undefined],
    ['WSGINewRelicConfigFile', '4.1.0', '6.0.0'],
  ])('%s', (name, since, until) => {
    expect(apacheDirectives(name)[0]).toMatchObject({ since, until })
  })

  it('tells what a version has', () => {
    expect(isInApacheVersion(one('IfFile'), '2.4.33')).toBe(false)
    expect(isInApacheVersion(one('IfFile'), '2.4.34')).toBe(true)
    expect(isInApacheVersion(one('SSLPKCS7CertificateFile'), '2.4.8')).toBe(false)
    expect(isInApacheVersion(one('PolicyType'), '2.4.71')).toBe(false)
    expect(isInApacheVersion(one('WSGISwitchInterval'), '2.4.1')).toBe(true)
  })

  it('orders them by number', () => {
    expect(compareApacheVersions('2.4.9', '2.4.71')).toBeLessThan(0)
    expect(compareApacheVersions('2.4', '2.4.0')).toBe(0)
  })
})

describe('the Apache catalog knows what is no more', () => {
  it.each([
    ['LockFile', '2.4', 'Mutex'],
    ['sslmutex', '2.4', 'Mutex'],
    ['RewriteLog', '2.4', 'LogLevel alert rewrite:trace3'],
    ['AuthAuthoritative', '2.2', 'AuthBasicAuthoritative'],
    ['MCacheSize', '2.4', undefined],
    ['ServerType', '2.0', undefined],
    ['WSGIReloadMechanism', '3.0', 'WSGIScriptReloading'],
  ])('%s', (name, until, replacement) => {
    expect(apacheRemovedDirective(name)).toMatchObject({ until, replacement })
  })

  it('calls nothing removed that some module still has', () => {
    const removed = [...eachApacheDirective()].filter(({ name }) => apacheRemovedDirective(name) !== undefined)
    expect(removed).toEqual([])
    expect(apacheRemovedDirective('NameVirtualHost')).toBeUndefined()
    expect(apacheRemovedDirective('NoSuchThing')).toBeUndefined()
  })
})

describe('the Apache catalog adds what the manual says', () => {
  it('syntax, default and contexts', () => {
    expect(one('KeepAliveTimeout')).toMatchObject({
      syntax: 'KeepAliveTimeout num[ms]',
      default: 'KeepAliveTimeout 5',
      contexts: ['server', 'virtualhost'],
    })
    expect(one('Directory').syntax).toBe('<Directory directory-path> ... </Directory>')
    expect(one('RewriteBase').contexts).toEqual(['directory', 'htaccess'])
    expect(one('WSGIProcessGroup').syntax).toBe('WSGIProcessGroup %{GLOBAL}|%{ENV:variable}|name')
    expect(one('StartServers').syntax).toBe('StartServers number')
  })

  it('leaves out the tags', () => {
    const odd = [...eachApacheDirective()].filter(({ syntax = '', default: value = '' }) => /&\w+;|<\/?(?:var|em|a|br)\b/.test(syntax + value))
    expect(odd.map(({ name }) => name)).toEqual([])
  })
})

describe('the Apache catalog knows names', () => {
  it('in any letter case, and sections without their bracket', () => {
    expect(apacheDirectives('servername')).toBe(apacheDirectives('SERVERNAME'))
    expect(apacheDirectives('VirtualHost')[0]).toMatchObject({ name: 'VirtualHost', section: true, module: 'core' })
    expect(isKnownApacheDirective('ifmodule')).toBe(true)
    expect(isKnownApacheDirective('<IfModule')).toBe(false)
    expect(isKnownApacheDirective('ServerNam')).toBe(false)
    expect(isKnownApacheDirective('constructor')).toBe(false)
    expect(apacheDirectives('ServerNam')).toEqual([])
  })

  it('puts the rows of httpd before those of other modules', () => {
    for (const entry of eachApacheDirective()) {
      const sources = apacheDirectives(entry.name).map(({ source }) => source)
      expect([...sources].sort((left, right) => rank(left) - rank(right))).toEqual(sources)
    }
  })

  it('puts the row of today before one that left', () => {
    expect(apacheDirectives('AuthName').map(({ module, until }) => [module, until])).toEqual([
      ['mod_authn_core', undefined],
      ['mod_auth_digest', '2.4.69'],
    ])
  })

  it('gives each module its row of a shared name', () => {
    expect(apacheDirectives('ListenBacklog').map(({ module }) => module)).toEqual(expect.arrayContaining(['event', 'worker', 'prefork']))
    expect(apacheDirectives('LDAPTrustedGlobalCert').map(({ module }) => module)).toEqual(['mod_ldap'])
    expect(apacheDirectives('H2Direct').map(({ module }) => module)).toEqual(['mod_http2'])
  })

  it.each([
    ['SecRuleEngine', 'mod_security2'],
    ['modsecurity_rules_file', 'mod_security3'],
    ['PassengerPython', 'mod_passenger'],
    ['PerlResponseHandler', 'mod_perl'],
    ['php_admin_value', 'mod_php'],
    ['OIDCProviderMetadataURL', 'mod_auth_openidc'],
    ['MellonEnable', 'mod_auth_mellon'],
    ['GssapiCredStore', 'mod_auth_gssapi'],
    ['KrbMethodNegotiate', 'mod_auth_kerb'],
    ['CASLoginURL', 'mod_auth_cas'],
    ['DOSPageCount', 'mod_evasive'],
    ['QS_SrvMaxConnPerIP', 'mod_qos'],
    ['ModPagespeedEnableFilters', 'mod_instaweb'],
    ['ModPagespeedFileCachePath', 'mod_instaweb'],
    ['JkMount', 'mod_jk'],
    ['FcgidIOTimeout', 'mod_fcgid'],
    ['FastCgiExternalServer', 'mod_fastcgi'],
    ['CloudFlareRemoteIPHeader', 'mod_cloudflare'],
    ['XSendFilePath', 'mod_xsendfile'],
    ['RPAF_Enable', 'mod_rpaf'],
    ['MaxMindDBFile', 'mod_maxminddb'],
    ['GeoIPDBFile', 'mod_geoip'],
    ['SVNParentPath', 'mod_dav_svn'],
    ['AuthzSVNAccessFile', 'mod_authz_svn'],
    ['AssignUserID', 'mpm_itk'],
    ['RUidGid', 'mod_ruid2'],
    ['PythonHandler', 'mod_python'],
    ['ShibRequestSetting', 'mod_shib'],
    ['EnableMCPMReceive', 'mod_manager'],
    ['LoadTileConfigFile', 'mod_tile'],
    ['MonoServerPath', 'mod_mono'],
    ['NSSCertificateDatabase', 'mod_nss'],
    ['GnuTLSCertificateFile', 'mod_gnutls'],
    ['suPHP_Engine', 'mod_suphp'],
    ['BandWidth', 'mod_bw'],
    ['LogSQLTransferLogTable', 'mod_log_sql'],
    ['lsapi_backend_children', 'mod_lsapi'],
  ])('of other modules: %s', (name, module) => {
    expect(apacheDirectives(name).map((entry) => [entry.module, entry.source])).toContainEqual([module, 'third-party'])
  })
})

describe('the Apache catalog knows modules', () => {
  it('by name, identifier and file, with and without directives', () => {
    const module = (name: string): object | undefined => apacheModules().find((each) => each.name === name)
    expect(module('mod_ssl')).toEqual({ name: 'mod_ssl', identifier: 'ssl_module', file: 'mod_ssl.c', source: 'core', debian: true })
    expect(module('mod_asis')).toMatchObject({ identifier: 'asis_module', file: 'mod_asis.c' })
    expect(module('mod_ldap')).toMatchObject({ identifier: 'ldap_module', file: 'util_ldap.c' })
    expect(module('event')).toMatchObject({ identifier: 'mpm_event_module', file: 'event.c' })
    expect(module('mod_cgid')).toMatchObject({ identifier: 'cgid_module' })
    expect(module('mod_wsgi')).toMatchObject({ identifier: 'wsgi_module', source: 'wsgi', debian: false })
    expect(module('mpm_winnt')).toMatchObject({ debian: false })
  })
})

describe('the generator reads C', () => {
  it('with macros that paste and quote, both branches of a condition, casts, old rows and functions that delegate', () => {
    expect(generate(source)).toEqual([
      ['<DemoBox', 'raw', 'lofuir', '', 'demo_box', 'Container for "things"', { data: '"box"' }],
      ['DemoCache', 'take12', 'su', 'vldofp', 'demo_cmd_DemoCache', 'a cache (default: 42)'],
      ['DemoNew', 'flag', 's', '', 'demo_new', 'the new way'],
      ['DemoOld', 'iterate', 'a', 'dfh', 'demo_old', ''],
      ['DemoPlain', 'none', 'o', '', 'demo_plain', 'the old way'],
    ])
  })
})

const source = `
#define DEMO_LIMIT 42
#define QUOTE_HELPER(n) #n
#define QUOTE(n) QUOTE_HELPER(n)
#define DEMO_CMD(name, args, desc) AP_INIT_##args("Demo"#name, demo_cmd_Demo##name, NULL, RSRC_CONF|OR_AUTHCFG, desc),
#define DEMO_BOX "<DemoBox"
static const char *check_all(cmd_parms *cmd) { const char *err = ap_check_cmd_context(cmd, GLOBAL_ONLY); return err; }
static const char *demo_cmd_DemoCache(cmd_parms *cmd, void *d, const char *a, const char *b)
{
    const char *err;
    /* first of all */
    if ((err = ap_check_cmd_context(cmd, GLOBAL_ONLY))) { return err; }
    return NULL;
}
static const char *demo_new(cmd_parms *cmd, void *d, int on)
{
    if (on) { return ap_check_cmd_context(cmd, GLOBAL_ONLY); }
    return NULL;
}
static const char *demo_refuse(cmd_parms *parms, int x)
{
    const char *err = ap_check_cmd_context(parms, NOT_IN_DIRECTORY|NOT_IN_FILES|NOT_IN_HTACCESS);
    if (err != NULL) return err;
    return NULL;
}
static const char *demo_old(cmd_parms *cmd, void *d, const char *a) { return demo_refuse(cmd, 1); }
static const command_rec demo_cmds[] = {
    DEMO_CMD(Cache, TAKE12, "a cache "
                            "(default: " QUOTE(DEMO_LIMIT) ")")
#if HAVE_NEW
    AP_INIT_FLAG("DemoNew", demo_new, (void *)0, RSRC_CONF, "the new way"),
#else
    { "DemoPlain", demo_plain, NULL, OR_OPTIONS, NO_ARGS, "the old way" },
#endif
    AP_INIT_ITERATE("DemoOld", (cmd_func)demo_old, NULL, ACCESS_CONF, NULL),
    AP_INIT_RAW_ARGS(DEMO_BOX, demo_box, (void *)"box", EXEC_ON_READ | OR_ALL, "Container for \\"things\\""),
    { NULL }
};
AP_DECLARE_MODULE(demo) = { STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, demo_cmds, demo_hooks };
`

/** The rows that the generator writes for one C file. */
function generate(text: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'webconf-generate-'))
  try {
    writeFileSync(join(folder, 'mod_demo.c'), text)
    const script = fileURLToPath(new URL('../../scripts/catalog/apache/generate.mjs', import.meta.url))
    execFileSync(process.execPath, [script, '--source', folder, '--out', folder], { stdio: 'pipe' })
    const { modules } = JSON.parse(readFileSync(join(folder, 'apache.json'), 'utf8')) as { modules: { name: string; directives: unknown }[] }
    return modules.find(({ name }) => name === 'mod_demo')?.directives
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Made by hand from the installed server: the source that was read is older. */
const laterThanTheSource: ReadonlyMap<string, string> = new Map([
  ['ListenTCPDeferAccept', 'event'],
  ['H2MaxHeaderBlockLen', 'mod_http2'],
  ['H2MaxStreamErrors', 'mod_http2'],
  ['SSLVHostSNIPolicy', 'mod_ssl'],
  ['MacroIgnoreEmptyArgs', 'mod_macro'],
  ['MacroIgnoreBadNesting', 'mod_macro'],
  ['MDHttpProxyCACertificateFile', 'mod_md'],
  ['MDInitialDelay', 'mod_md'],
  ['MDProfile', 'mod_md'],
  ['MDProfileMandatory', 'mod_md'],
  ['MDRenewViaARI', 'mod_md'],
])

function one(name: string, section?: boolean): ApacheEntry {
  const entry = apacheDirectives(name).find((each) => each.source !== 'third-party' && (section ?? each.section) === each.section)
  if (!entry) throw new Error(`${name} is not in the catalog`)
  return entry
}

function rank(source: ApacheEntry['source']): number {
  return ['core', 'wsgi', 'third-party'].indexOf(source)
}

function countKinds(entries: readonly ApacheEntry[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const entry of entries) counts[entry.arguments] = (counts[entry.arguments] ?? 0) + 1
  return counts
}
