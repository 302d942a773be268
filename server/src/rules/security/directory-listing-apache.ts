import { placeOfArgument } from '../../configuration/placed.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { defineRule, type FindingEdit } from '../rule.ts'

export const rule = defineRule({
  id: 'security/directory-listing-apache',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['options'],
  severity: 'hint',
  summary: '`Options Indexes`: whoever asks for a folder without an index gets the names of all its files.',
  explanation: `
A folder in which nothing of \`DirectoryIndex\` lies is answered with a list of its files, backups and uploads of others among them. Where a list is what is offered, all is well. Else write
\`Options -Indexes\`, or leave the word out.

\`Options All\` has it too, and also lets scripts and server-side includes run.
`,
  source: 'Apache documentation of Options and mod_autoindex; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'a list',
        files: `
#- site.conf
DocumentRoot /srv/site
<Directory /srv/site>
    Options Indexes FollowSymLinks
#           ^^^^^^^ hint[security/directory-listing-apache]: A folder without an index is answered with the names of all its files. Where no list is
    Require all granted
</Directory>
`,
      },
      {
        title: 'all, and with a sign',
        files: `
#- .htaccess
Options +Indexes
#       ^^^^^^^^ hint[security/directory-listing-apache]: A folder without an index is answered with the names of all its files. Where no list is
#- site.conf
<Directory /srv/site>
    Options All
#           ^^^ hint[security/directory-listing-apache]: A folder without an index is answered with the names of all its files, and scripts and
</Directory>
`,
      },
    ],
    passing: [
      {
        title: 'without',
        files: `
#- site.conf
<Directory /srv/site>
    Options FollowSymLinks
</Directory>
<Directory /srv/other>
    Options -Indexes +FollowSymLinks
</Directory>
`,
      },
    ],
  },
  check(directive, { report }) {
    if (!isRead(directive) || directive.args.some((argument) => !argument.known)) return
    const word = directive.args.find(({ value }) => /^\+?(?:indexes|all)$/i.test(value))
    if (!word || directive.args.some(({ value }) => /^-(?:indexes|all)$/i.test(value))) return
    const all = /all$/i.test(word.value)
    const { path, text } = directive.source
    const replaced = (newText: string): FindingEdit => ({ path, start: word.start, end: word.end, newText })
    const alone = directive.args.length === 1
    const withoutWord = (): FindingEdit => {
      let start = word.start
      while (/[ \t]/.test(text.charAt(start - 1))) start--
      return { path, start, end: word.end, newText: '' }
    }
    const edit = all
      ? replaced(word.value.startsWith('+') ? '-Indexes' : 'FollowSymLinks')
      : word.value.startsWith('+')
        ? replaced('-Indexes')
        : alone
          ? replaced('None')
          : withoutWord()
    report({
      at: placeOfArgument(directive, word),
      message: `A folder without an index is answered with the names of all its files${all ? ', and scripts and server-side includes run wherever they lie' : ''}. ${all ? 'Name the options that are needed.' : 'Where no list is meant, leave Indexes out.'}`,
      fixes: [{ title: all ? 'Allow FollowSymLinks only' : 'Show no lists', safe: false, edits: [edit] }],
    })
  },
})
