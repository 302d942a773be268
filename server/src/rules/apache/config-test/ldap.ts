import { parseTimeout } from './c-numbers.ts'
import { badValue, intWhere } from './numbers.ts'
import { patternFault } from './patterns.ts'
import { type Handler, type Handlers, oneOf, same, wordFix } from './reading.ts'

const modes = ['NONE', 'SSL', 'TLS', 'STARTTLS']

/** `mod_authnz_ldap.c: mod_auth_ldap_parse_url`, apr-util's `apr_ldap_url_parse`. */
const authLdapUrl: Handler = (reading, url, mode) => {
  const plain = url.replace(/^<|>$/g, '').replace(/^URL:/i, '')
  if (!/^ldap[si]?:\/\//i.test(plain))
    return {
      server: 'The scheme was not recognised as a valid LDAP URL scheme.',
      at: 0,
      words: `"${url}" is no LDAP URL: write ldap://HOST:PORT/BASE?ATTRIBUTE?SCOPE?FILTER.`,
    }
  const scope = plain.split('?')[2]
  if (scope !== undefined && scope !== '' && !/^(one|onelevel|base|sub|subtree)$/i.test(scope))
    return { server: 'Bad scope encountered while parsing LDAP URL.', at: 0, words: `"${scope}" is no scope: it is "sub" or "one".` }
  if (mode === undefined || modes.some((each) => same(each, mode))) return undefined
  const told = wordFix(reading, mode, modes, 1)
  const words = url.includes(' ') || /[/?=,]/.test(mode) ? `"${mode}" is read as the mode of the connection: a URL with spaces needs quotes.` : told.words
  return { server: 'Invalid LDAP connection mode setting: must be one of NONE, SSL, or TLS/STARTTLS', ...told, words }
}

/** `mod_authnz_ldap.c: mod_auth_ldap_set_deref`: some words are compared with their letter case. */
const dereference: Handler = (reading, value) =>
  /^(never|searching|finding|always)$/.test(value) || /^(on|off)$/i.test(value)
    ? undefined
    : { server: 'Unrecognized value for AuthLDAPDereferenceAliases directive', ...wordFix(reading, value, ['never', 'searching', 'finding', 'always']) }

/** At most this many values, those of all directives of a section together (`mod_authnz_ldap.c: GROUPATTR_MAX_ELTS`). */
const tooMany =
  (name: string, most: number, what: string): Handler =>
  (reading) => {
    const key = `${name.toLowerCase()} count`
    const { set } = reading.section
    let count = 1
    while (set.get(`${key} ${count}`)?.presence === 'present') count++
    if (count > most) return { server: `Too many ${name} ${what}`, words: `${name} has more than ${most} values here.` }
    set.set(`${key} ${count}`, reading.directive)
    return undefined
  }

const globalTypes = ['CA_DER', 'CA_BASE64', 'CA_CERT7_DB', 'CA_SECMOD', 'CERT_DER', 'CERT_BASE64', 'CERT_KEY3_DB', 'CERT_NICKNAME', 'KEY_DER', 'KEY_BASE64']
const clientTypes = ['CA_DER', 'CA_BASE64', 'CERT_DER', 'CERT_BASE64', 'CERT_NICKNAME', 'KEY_DER', 'KEY_BASE64']
/** What `util_ldap_parse_cert_type` knows beside those that the messages name. */
const isType = (type: string): boolean => /^(CERT_PFX|KEY_PFX)$/i.test(type) || globalTypes.some((each) => same(each, type))

/** `util_ldap.c: util_ldap_set_trusted_global_cert`; the file is not looked at. */
const globalCertificate: Handler = (reading, type) =>
  isType(type)
    ? undefined
    : {
        server: `The certificate type ${type} is not recognised. It should be one of ${globalTypes.join(', ')}`,
        ...wordFix(reading, type, globalTypes, 0),
      }

/** `util_ldap.c: util_ldap_set_trusted_client_cert` */
const clientCertificate: Handler = (reading, type) => {
  if (!isType(type))
    return {
      server: `The certificate type "${type}" is not recognised. It should be one of CA_DER, CA_BASE64, CERT_DER, CERT_BASE64, CERT_NICKNAME, CERT_PFX, KEY_DER, KEY_BASE64, KEY_PFX`,
      ...wordFix(reading, type, clientTypes, 0),
    }
  if (!/^(CA_CERT7_DB|CA_SECMOD|CERT_PFX|CERT_KEY3_DB)$/i.test(type)) return undefined
  return {
    server: `The certificate type "${type}" is only valid within a LDAPTrustedGlobalCert directive. Only CA_DER, CA_BASE64, CERT_DER, CERT_BASE64, CERT_NICKNAME, KEY_DER, and KEY_BASE64 may be used.`,
    at: 0,
    words: `"${type}" is only for LDAPTrustedGlobalCert.`,
  }
}

/** `util_ldap.c: util_ldap_set_op_timeout` */
const operationTimeout: Handler = ({ entry }, value) => {
  if (!/^\s*[+-]?\d+$/.test(value)) return badValue('Timeout not numerical', entry.name, value, 'a number of seconds')
  return Number(value) < 0 ? badValue('Timeout must be non-negative', entry.name, value, '0 or more') : undefined
}

const duration =
  (name: string, allowsMinus: boolean): Handler =>
  ({ entry }, value) =>
    (allowsMinus && value.startsWith('-')) || parseTimeout(value, 's') !== undefined
      ? undefined
      : badValue(`${name} has wrong format`, entry.name, value, 'a time, as 10 or 500ms')

/** mod_ldap and mod_authnz_ldap. */
export const ldapHandlers: Handlers = {
  authldapurl: authLdapUrl,
  authldapdereferencealiases: dereference,
  authldapinitialbindpattern: (_, pattern) => {
    const fault = patternFault(pattern, 0)
    return fault && { server: `AuthLDAPInitialBindPattern: cannot compile regular expression '${pattern}'`, ...fault }
  },
  authldapsubgroupattribute: tooMany('AuthLDAPSubGroupAttribute', 10, 'values'),
  authldapsubgroupclass: tooMany('AuthLDAPSubGroupClass', 11, 'values'),
  authldapgroupattribute: tooMany('AuthLDAPGroupAttribute', 11, 'directives'),
  ldaptrustedmode: oneOf(modes, 'Invalid LDAPTrustedMode setting: must be one of NONE, SSL, or TLS/STARTTLS'),
  ldaptrustedglobalcert: globalCertificate,
  ldaptrustedclientcert: clientCertificate,
  ldapreferrals: oneOf(['on', 'off', 'default'], "LDAPReferrals must be 'on', 'off', or 'default'"),
  ldapreferralhoplimit: intWhere(
    (value) => value > 0,
    "LDAPReferralHopLimit must be greater than zero (Use 'LDAPReferrals Off' to disable referral chasing)",
    'above 0',
  ),
  ldaptimeout: operationTimeout,
  ldapconnectionpoolttl: duration('LDAPConnectionPoolTTL', true),
  ldapretrydelay: duration('LDAPRetryDelay', false),
  ldapretries: intWhere((value) => value >= 0, 'LDAPRetries must be >= 0', '0 or more'),
}
