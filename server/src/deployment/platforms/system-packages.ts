/**
 * Python packages that cannot be installed on Linux without packages of the system, by the distributions that these notes are about.
 * As of 2025-11: none of them has wheels for Linux on PyPI, but for psycopg2 2.7. Names of Amazon Linux 2023 from its repositories (libpq-devel, mariadb-connector-c-devel,
 * openldap-devel), those of Debian 12 and Alpine 3.20 from theirs.
 */
export interface SystemNeed {
  /** The name on PyPI, as compared. */
  readonly name: string
  /** What it looks for, in the words of its error. */
  readonly misses: string
  /** Any of these satisfies the need, on whichever distribution. */
  readonly satisfiedBy: RegExp
  readonly install: {
    readonly al2: readonly string[]
    readonly al2023: readonly string[]
    readonly debian: readonly string[]
    readonly alpine: readonly string[]
  }
  /** Releases that have wheels, as a requirement asks for them. */
  readonly wheelsIn: RegExp | undefined
  /** A package with the same modules that has wheels. */
  readonly alternative: string | undefined
}

export const systemNeeds: readonly SystemNeed[] = [
  {
    name: 'psycopg2',
    misses: 'pg_config executable not found',
    satisfiedBy: /postgres|libpq|^pgdg/i,
    install: { al2: ['postgresql-devel'], al2023: ['libpq-devel'], debian: ['gcc', 'libpq-dev'], alpine: ['gcc', 'musl-dev', 'postgresql-dev'] },
    wheelsIn: /(?:==|~=|<=?)\s*2\.(?:[0-7](?:\.|$|,|\s)|8(?:\.0)?(?:$|,))/,
    alternative: 'psycopg2-binary',
  },
  {
    name: 'mysqlclient',
    misses: 'mysql_config not found',
    satisfiedBy: /mysql|maria/i,
    install: {
      al2: ['mariadb-devel'],
      al2023: ['mariadb-connector-c-devel'],
      debian: ['gcc', 'default-libmysqlclient-dev', 'pkg-config'],
      alpine: ['gcc', 'musl-dev', 'mariadb-dev', 'pkgconf'],
    },
    wheelsIn: undefined,
    alternative: undefined,
  },
  {
    name: 'python-ldap',
    misses: 'lber.h: No such file or directory',
    satisfiedBy: /ldap/i,
    install: {
      al2: ['openldap-devel'],
      al2023: ['openldap-devel'],
      debian: ['gcc', 'libldap2-dev', 'libsasl2-dev'],
      alpine: ['gcc', 'musl-dev', 'openldap-dev'],
    },
    wheelsIn: undefined,
    alternative: undefined,
  },
]

/** Whether a requirement is built from source, whatever else it says. */
export const isBuilt = (need: SystemNeed, specifier: string): boolean => !need.wheelsIn?.test(specifier)
