import { wordTable } from '../../catalog/word-table.ts'

/** Words of arguments that say too little by themselves. Names are in small letters. */

/** The options of `WSGIDaemonProcess`, with their defaults (`wsgi_daemon.c: wsgi_add_daemon_process`). */
export const daemonOptions = wordTable(`
processes Number of processes; 1 if nothing is said.
threads Number of threads in each process; 15 if nothing is said.
user User that the processes run as; Apache's own if nothing is said.
group Group that the processes run as.
supplementary-groups Further groups of the processes.
umask Mask for the permissions of new files.
display-name Name that \`ps\` shows; \`%{GROUP}\` is \`(wsgi:name)\`.
home Working folder of the processes.
lang Value of \`LANG\` in the processes.
locale Locale of the processes: \`C.UTF-8\` lets Python read and write UTF-8.
chroot Folder that becomes the root of the file system for the processes.
python-home Python installation or virtual environment of the processes.
python-path Folders, separated by colons, in which Python looks for modules first.
python-eggs Where Python unpacks eggs.
stack-size Bytes of stack for each thread.
switch-interval Seconds between changes of Python's threads.
maximum-requests Requests after which a process is started anew; 0 for never.
restart-interval Seconds after which a process is started anew; 0 for never.
inactivity-timeout Seconds without any request after which a process is started anew; 0 for never.
request-timeout Seconds that requests may take, on average over the threads, until the process is started anew; 0 for no limit.
interrupt-timeout Seconds after which a request is interrupted.
deadlock-timeout Seconds for which Python's lock may be stuck until the process is ended; 300 if nothing is said.
startup-timeout Seconds in which the application must have been loaded; 0 for no limit.
graceful-timeout Seconds that open requests get before a process that has done its requests is ended; 15 if nothing is said.
eviction-timeout Seconds that open requests get after a signal to start anew.
shutdown-timeout Seconds that a process gets to end by itself; 5 if nothing is said.
queue-timeout Seconds that a request may wait for a process; 0 for no limit.
connect-timeout Seconds that Apache tries to reach a process; 15 if nothing is said.
socket-timeout Seconds that Apache waits for data of a process; \`Timeout\` if nothing is said.
response-socket-timeout Seconds that a process waits for Apache to take its response.
response-buffer-size Bytes of a response that are gathered.
response-flush-delay How long a response waits for more data before it is sent on.
listen-backlog Requests that may wait for a process.
header-buffer-size Bytes that the headers of a response may have.
send-buffer-size Bytes of the socket's buffer for sending.
receive-buffer-size Bytes of the socket's buffer for receiving.
script-user User that must own the scripts.
script-group Group that must own the scripts.
socket-user User that owns the socket of the processes.
cpu-time-limit Seconds of processor time after which a process is started anew.
cpu-priority Priority of the processes, as of \`nice\`.
memory-limit Bytes of memory that a process may use.
virtual-memory-limit Bytes of address space that a process may use.
server-metrics Whether applications may ask for numbers of the server.
`)

/** The options of `WSGIScriptAlias` and `WSGIImportScript`. */
export const aliasOptions = wordTable(`
process-group Daemon processes in which the application runs, in place of WSGIProcessGroup.
application-group Interpreter in which the application runs; \`%{GLOBAL}\` is the main one.
callable-object Name of the application in the script.
pass-authorization Whether the application gets the \`Authorization\` header.
`)

/** The words of `Options`. */
export const optionWords = wordTable(`
all All options but MultiViews.
none No options.
execcgi CGI scripts are run.
followsymlinks Symbolic links are followed.
symlinksifownermatch Symbolic links are followed where link and target have the same owner.
includes Server-side includes are read.
includesnoexec Server-side includes are read, but run no programs.
indexes A folder without an index file is shown as a list.
multiviews Of a name without extension the best of its variants is served.
`)

/** The words of `AllowOverride`. */
export const overrideWords = wordTable(`
all \`.htaccess\` may have every directive that is meant for it.
none \`.htaccess\` files are not looked at, as far as AllowOverrideList does not say otherwise.
authconfig \`.htaccess\` may say how visitors log in, and \`Require\`.
fileinfo \`.htaccess\` may set types, headers, handlers, error pages, redirects and rewriting.
indexes \`.htaccess\` may set how folders are shown.
limit \`.htaccess\` may have Allow, Deny and Order.
options \`.htaccess\` may have Options and XBitHack; behind \`=\` only some of them.
nonfatal \`.htaccess\` may have mistakes of a kind without an error.
`)

/** The levels of `LogLevel`, from the gravest on; each writes all before it too. */
export const logLevels = wordTable(`
emerg Only what makes the server unusable.
alert What must be mended at once, and graver.
crit Critical failures, and graver.
error Errors, and graver.
warn Warnings, and graver: the default.
notice Remarkable events, and graver.
info Information, and graver.
debug For finding mistakes, and all above.
trace1 Details of single steps, and all above.
trace2 Details of single steps, and all above.
trace3 Details of single steps, and all above.
trace4 Details of single steps, and all above.
trace5 Details of single steps, and all above.
trace6 Details of single steps, and all above.
trace7 Large amounts of data, and all above.
trace8 All data, and all above.
`)

/** The flags of `RewriteRule`, by their short names. */
export const ruleFlags = wordTable(`
b Escapes what groups got before it is put into the target.
bnp As B, spaces become \`%20\` and not \`+\`.
bne As B, but for these characters.
bctls As B, only for spaces and control characters.
c Chained: if this rule does not fit, the rules chained to it are skipped.
co Sets a cookie.
dpi Leaves out what stands behind the name of the file.
e Sets a variable of the environment.
end Ends the rewriting for good: in a folder no further round follows.
f Answers 403 (Forbidden).
g Answers 410 (Gone).
h Sets the handler.
l Ends this round. In a folder the changed URL goes through all rules again.
n Starts again from the first rule.
nc The pattern fits in any letter case.
ne Keeps special characters of the target from being escaped.
ns Does not hold in subrequests.
or This condition or the next.
nv Does not set the \`Vary\` header.
p Passes the request on to the target, through mod_proxy.
pt Hands the target on as a URL, so that Alias and the like see it.
qsa Puts the old query behind the new one.
qsd Drops the query.
qsl Takes the last \`?\` as the beginning of the query.
r Redirects.
s Skips so many rules.
t Sets the type of content.
unsafeallow3f Admits targets with an escaped \`?\`.
unsafeprefixstat Admits targets whose beginning comes from the request.
unc Admits targets that begin with two slashes.
`)

/** The letters of log formats (`mod_log_config.c`), with what stands in braces before them. */
export const logLetters: ReadonlyMap<string, string> = new Map(
  `
%|a percent sign
a|address of the client
A|address of the server
B|bytes of the response without headers
b|bytes of the response without headers, \`-\` for none
C|this cookie
D|microseconds that the request took
e|this variable of the environment
f|file name
h|name or address of the client
H|protocol of the request
i|this header of the request
I|bytes received, headers included
k|requests on this connection before
l|user by RFC 1413, as a rule \`-\`
L|number that the request has in the error log
m|method of the request
n|this note of another module
O|bytes sent, headers included
o|this header of the response
p|port of the server
P|process id
q|query with its \`?\`
r|first line of the request
R|handler of the response
s|status of the response: \`%s\` before internal redirects, \`%>s\` after them
S|bytes received and sent
T|seconds that the request took
t|time at which the request came
u|user who logged in
U|path that was asked for
v|ServerName of the server that answers
V|name of the server by UseCanonicalName
X|\`+\` where the connection stays open, \`-\` where it is closed, \`X\` where it broke off
`
    .trim()
    .split('\n')
    .map((line): [string, string] => {
      const [letter = '', words = ''] = line.split('|')
      return [letter, words]
    }),
)

/** Directives whose one number is so many seconds, or bytes. */
export const secondsOf: ReadonlySet<string> = new Set(
  'timeout keepalivetimeout proxytimeout gracefulshutdowntimeout sslsessioncachetimeout cachedefaultexpire cachemaxexpire cacheminexpire ldapcachettl ldaptimeout sessionmaxage'.split(
    ' ',
  ),
)
export const bytesOf: ReadonlySet<string> = new Set(
  'limitrequestbody limitrequestfieldsize limitrequestline limitxmlrequestbody cachemaxfilesize cacheminfilesize sslrenegbuffersize h2streammaxmemsize h2windowsize proxyiobuffersize sendbuffersize receivebuffersize threadstacksize'.split(
    ' ',
  ),
)
