// Made by scripts/generate.mjs from the folder: one import a rule.
import { rule as apacheAccessForOtherDirectory } from './apache/access-for-other-directory.ts'
import { rule as apacheAccessNotGranted } from './apache/access-not-granted.ts'
import { rule as apacheAliasInLocation } from './apache/alias-in-location.ts'
import { rule as apacheAliasMissedByRewrite } from './apache/alias-missed-by-rewrite.ts'
import { rule as apacheAliasNestedOrder } from './apache/alias-nested-order.ts'
import { rule as apacheAliasSlashMismatch } from './apache/alias-slash-mismatch.ts'
import { rule as apacheArgumentCount } from './apache/argument-count.ts'
import { rule as apacheAuthenticationIncomplete } from './apache/authentication-incomplete.ts'
import { rule as apacheCaptureUndefined } from './apache/capture-undefined.ts'
import { rule as apacheCommentBehindDirective } from './apache/comment-behind-directive.ts'
import { rule as apacheConflict } from './apache/conflict.ts'
import { rule as apacheDefineLeaks } from './apache/define-leaks.ts'
import { rule as apacheDirectoryWithUrlPath } from './apache/directory-with-url-path.ts'
import { rule as apacheErrorDocumentAsText } from './apache/error-document-as-text.ts'
import { rule as apacheErrorDocumentLeadsElsewhere } from './apache/error-document-leads-elsewhere.ts'
import { rule as apacheHtaccessIgnored } from './apache/htaccess-ignored.ts'
import { rule as apacheHtaccessOverrideMissing } from './apache/htaccess-override-missing.ts'
import { rule as apacheIgnored } from './apache/ignored.ts'
import { rule as apacheIncludeNotFound } from './apache/include-not-found.ts'
import { rule as apacheInvalidAccess } from './apache/invalid-access.ts'
import { rule as apacheInvalidExpression } from './apache/invalid-expression.ts'
import { rule as apacheInvalidHeader } from './apache/invalid-header.ts'
import { rule as apacheInvalidLogFormat } from './apache/invalid-log-format.ts'
import { rule as apacheInvalidProxy } from './apache/invalid-proxy.ts'
import { rule as apacheInvalidRegex } from './apache/invalid-regex.ts'
import { rule as apacheInvalidRewrite } from './apache/invalid-rewrite.ts'
import { rule as apacheInvalidSection } from './apache/invalid-section.ts'
import { rule as apacheInvalidValue } from './apache/invalid-value.ts'
import { rule as apacheLocationWithFilePath } from './apache/location-with-file-path.ts'
import { rule as apacheMacro } from './apache/macro.ts'
import { rule as apacheModuleNameWithoutSuffix } from './apache/module-name-without-suffix.ts'
import { rule as apacheNotAllowedHere } from './apache/not-allowed-here.ts'
import { rule as apacheNumberMisread } from './apache/number-misread.ts'
import { rule as apacheOldAccessDirectives } from './apache/old-access-directives.ts'
import { rule as apacheProxyPassReverseMissing } from './apache/proxy-pass-reverse-missing.ts'
import { rule as apacheProxyPassShadowed } from './apache/proxy-pass-shadowed.ts'
import { rule as apacheProxyPassSlashMismatch } from './apache/proxy-pass-slash-mismatch.ts'
import { rule as apacheRedirectShadowed } from './apache/redirect-shadowed.ts'
import { rule as apacheRedirectToItself } from './apache/redirect-to-itself.ts'
import { rule as apacheRewriteConditionWithoutRule } from './apache/rewrite-condition-without-rule.ts'
import { rule as apacheRewriteEngineOff } from './apache/rewrite-engine-off.ts'
import { rule as apacheRewriteForbiddenByOptions } from './apache/rewrite-forbidden-by-options.ts'
import { rule as apacheRewriteLoop } from './apache/rewrite-loop.ts'
import { rule as apacheRewriteNotInherited } from './apache/rewrite-not-inherited.ts'
import { rule as apacheRewriteOrWithoutAlternative } from './apache/rewrite-or-without-alternative.ts'
import { rule as apacheRewritePatternNeverMatches } from './apache/rewrite-pattern-never-matches.ts'
import { rule as apacheRewriteRedirectToFilePath } from './apache/rewrite-redirect-to-file-path.ts'
import { rule as apacheRewriteTargetEscaped } from './apache/rewrite-target-escaped.ts'
import { rule as apacheRewriteVariableUnknown } from './apache/rewrite-variable-unknown.ts'
import { rule as apacheServerNameNeverMatches } from './apache/server-name-never-matches.ts'
import { rule as apacheSurplusFlagArgument } from './apache/surplus-flag-argument.ts'
import { rule as apacheSyntax } from './apache/syntax.ts'
import { rule as apacheTlsNotSwitchedOn } from './apache/tls-not-switched-on.ts'
import { rule as apacheUnknownDirective } from './apache/unknown-directive.ts'
import { rule as apacheVersionWithoutOperator } from './apache/version-without-operator.ts'
import { rule as apacheVirtualHostShadowed } from './apache/virtual-host-shadowed.ts'
import { rule as apacheVirtualHostWithoutListen } from './apache/virtual-host-without-listen.ts'
import { rule as djangoAllowedHostMalformed } from './django/allowed-host-malformed.ts'
import { rule as djangoCsrfOriginMalformed } from './django/csrf-origin-malformed.ts'
import { rule as djangoDebugInProduction } from './django/debug-in-production.ts'
import { rule as djangoForwardedProtoMissing } from './django/forwarded-proto-missing.ts'
import { rule as djangoHostNotAllowed } from './django/host-not-allowed.ts'
import { rule as djangoHostNotPassed } from './django/host-not-passed.ts'
import { rule as djangoMediaInStaticRoot } from './django/media-in-static-root.ts'
import { rule as djangoMediaNotServed } from './django/media-not-served.ts'
import { rule as djangoMediaRootMismatch } from './django/media-root-mismatch.ts'
import { rule as djangoModuleNotFound } from './django/module-not-found.ts'
import { rule as djangoPrivateFileServed } from './django/private-file-served.ts'
import { rule as djangoProxySslHeaderMalformed } from './django/proxy-ssl-header-malformed.ts'
import { rule as djangoSettingsForDevelopment } from './django/settings-for-development.ts'
import { rule as djangoStaticNotServed } from './django/static-not-served.ts'
import { rule as djangoStaticRootInDirs } from './django/static-root-in-dirs.ts'
import { rule as djangoStaticRootMismatch } from './django/static-root-mismatch.ts'
import { rule as djangoStaticRootUnset } from './django/static-root-unset.ts'
import { rule as djangoStaticTakenByPattern } from './django/static-taken-by-pattern.ts'
import { rule as djangoStaticUrlMismatch } from './django/static-url-mismatch.ts'
import { rule as djangoUploadLargerThanBodyLimit } from './django/upload-larger-than-body-limit.ts'
import { rule as nginxAccessRulesNotInherited } from './nginx/access-rules-not-inherited.ts'
import { rule as nginxAddressNotUpdated } from './nginx/address-not-updated.ts'
import { rule as nginxAliasSlashMismatch } from './nginx/alias-slash-mismatch.ts'
import { rule as nginxArgumentCount } from './nginx/argument-count.ts'
import { rule as nginxBodyLimitNotSet } from './nginx/body-limit-not-set.ts'
import { rule as nginxCaptureUndefined } from './nginx/capture-undefined.ts'
import { rule as nginxCompressionNotOn } from './nginx/compression-not-on.ts'
import { rule as nginxConflict } from './nginx/conflict.ts'
import { rule as nginxContentTypeByAddHeader } from './nginx/content-type-by-add-header.ts'
import { rule as nginxCurveNeedsNewOpenssl } from './nginx/curve-needs-new-openssl.ts'
import { rule as nginxDefaultServerMissing } from './nginx/default-server-missing.ts'
import { rule as nginxDeprecated } from './nginx/deprecated.ts'
import { rule as nginxDhParametersMissing } from './nginx/dh-parameters-missing.ts'
import { rule as nginxDuplicate } from './nginx/duplicate.ts'
import { rule as nginxErrorLogNotSet } from './nginx/error-log-not-set.ts'
import { rule as nginxErrorLogOff } from './nginx/error-log-off.ts'
import { rule as nginxErrorPageWithoutSlash } from './nginx/error-page-without-slash.ts'
import { rule as nginxFewFileDescriptors } from './nginx/few-file-descriptors.ts'
import { rule as nginxFewRequestsPerConnection } from './nginx/few-requests-per-connection.ts'
import { rule as nginxGluedModifier } from './nginx/glued-modifier.ts'
import { rule as nginxHeaderValueWithLineBreak } from './nginx/header-value-with-line-break.ts'
import { rule as nginxHeadersNotInherited } from './nginx/headers-not-inherited.ts'
import { rule as nginxHiddenHeadersNotInherited } from './nginx/hidden-headers-not-inherited.ts'
import { rule as nginxHostNotPassed } from './nginx/host-not-passed.ts'
import { rule as nginxIfFileIsMissing } from './nginx/if-file-is-missing.ts'
import { rule as nginxIfInLocation } from './nginx/if-in-location.ts'
import { rule as nginxIfOnHost } from './nginx/if-on-host.ts'
import { rule as nginxIgnored } from './nginx/ignored.ts'
import { rule as nginxIncludeNotFound } from './nginx/include-not-found.ts'
import { rule as nginxIncomplete } from './nginx/incomplete.ts'
import { rule as nginxInvalidAddress } from './nginx/invalid-address.ts'
import { rule as nginxInvalidCondition } from './nginx/invalid-condition.ts'
import { rule as nginxInvalidEntry } from './nginx/invalid-entry.ts'
import { rule as nginxInvalidLocation } from './nginx/invalid-location.ts'
import { rule as nginxInvalidParameter } from './nginx/invalid-parameter.ts'
import { rule as nginxInvalidRegex } from './nginx/invalid-regex.ts'
import { rule as nginxInvalidValue } from './nginx/invalid-value.ts'
import { rule as nginxInvalidVariable } from './nginx/invalid-variable.ts'
import { rule as nginxKeepaliveWithoutHttp11 } from './nginx/keepalive-without-http11.ts'
import { rule as nginxLimitsNotInherited } from './nginx/limits-not-inherited.ts'
import { rule as nginxLocationNeverMatches } from './nginx/location-never-matches.ts'
import { rule as nginxLocationShadowed } from './nginx/location-shadowed.ts'
import { rule as nginxMapWithoutDefault } from './nginx/map-without-default.ts'
import { rule as nginxMergeSlashesSet } from './nginx/merge-slashes-set.ts'
import { rule as nginxMisdirectedRequest } from './nginx/misdirected-request.ts'
import { rule as nginxNotAllowedHere } from './nginx/not-allowed-here.ts'
import { rule as nginxParametersNotInherited } from './nginx/parameters-not-inherited.ts'
import { rule as nginxProxyBufferingOff } from './nginx/proxy-buffering-off.ts'
import { rule as nginxProxyHeadersNotInherited } from './nginx/proxy-headers-not-inherited.ts'
import { rule as nginxProxyPassDecodesPath } from './nginx/proxy-pass-decodes-path.ts'
import { rule as nginxProxyPassSlashMismatch } from './nginx/proxy-pass-slash-mismatch.ts'
import { rule as nginxProxyPassUri } from './nginx/proxy-pass-uri.ts'
import { rule as nginxQuicBpfWithReuseport } from './nginx/quic-bpf-with-reuseport.ts'
import { rule as nginxRealIpWithoutFrom } from './nginx/real-ip-without-from.ts'
import { rule as nginxRefererMisspelt } from './nginx/referer-misspelt.ts'
import { rule as nginxRegexForExactPath } from './nginx/regex-for-exact-path.ts'
import { rule as nginxRepeatsInherited } from './nginx/repeats-inherited.ts'
import { rule as nginxResolveWithoutZone } from './nginx/resolve-without-zone.ts'
import { rule as nginxResolverMissing } from './nginx/resolver-missing.ts'
import { rule as nginxRewriteForReturn } from './nginx/rewrite-for-return.ts'
import { rule as nginxRewriteTargetWithoutSlash } from './nginx/rewrite-target-without-slash.ts'
import { rule as nginxRootInEachLocation } from './nginx/root-in-each-location.ts'
import { rule as nginxRootRepeatsLocation } from './nginx/root-repeats-location.ts'
import { rule as nginxSchemeAgainstPort } from './nginx/scheme-against-port.ts'
import { rule as nginxScriptNameUnderAlias } from './nginx/script-name-under-alias.ts'
import { rule as nginxServerCipherOrder } from './nginx/server-cipher-order.ts'
import { rule as nginxServerNameNeverMatches } from './nginx/server-name-never-matches.ts'
import { rule as nginxServerReturnBeforeLocations } from './nginx/server-return-before-locations.ts'
import { rule as nginxSessionTicketsNeverRenewed } from './nginx/session-tickets-never-renewed.ts'
import { rule as nginxSizeWithoutUnit } from './nginx/size-without-unit.ts'
import { rule as nginxSocketPathWithUri } from './nginx/socket-path-with-uri.ts'
import { rule as nginxStaplingWithoutEffect } from './nginx/stapling-without-effect.ts'
import { rule as nginxStaplingWithoutResolver } from './nginx/stapling-without-resolver.ts'
import { rule as nginxSubFilterCompressed } from './nginx/sub-filter-compressed.ts'
import { rule as nginxSyntax } from './nginx/syntax.ts'
import { rule as nginxTryFilesFallback } from './nginx/try-files-fallback.ts'
import { rule as nginxTryFilesWithCapturedAlias } from './nginx/try-files-with-captured-alias.ts'
import { rule as nginxTryFilesWithPass } from './nginx/try-files-with-pass.ts'
import { rule as nginxTryFilesWithoutFileCache } from './nginx/try-files-without-file-cache.ts'
import { rule as nginxTypesReplaced } from './nginx/types-replaced.ts'
import { rule as nginxUnanchoredExtension } from './nginx/unanchored-extension.ts'
import { rule as nginxUndefinedName } from './nginx/undefined-name.ts'
import { rule as nginxUndefinedNamedLocation } from './nginx/undefined-named-location.ts'
import { rule as nginxUnknownDirective } from './nginx/unknown-directive.ts'
import { rule as nginxUnknownVariable } from './nginx/unknown-variable.ts'
import { rule as nginxUnreachableAccessRule } from './nginx/unreachable-access-rule.ts'
import { rule as nginxUnreachableDirective } from './nginx/unreachable-directive.ts'
import { rule as nginxUnusedDefinition } from './nginx/unused-definition.ts'
import { rule as nginxUpgradeOverHttp10 } from './nginx/upgrade-over-http10.ts'
import { rule as nginxUpstreamMisspelt } from './nginx/upstream-misspelt.ts'
import { rule as nginxVariableInMixedCase } from './nginx/variable-in-mixed-case.ts'
import { rule as nginxWorkerProcessesMissing } from './nginx/worker-processes-missing.ts'
import { rule as platformComposeNameUndefined } from './platform/compose-name-undefined.ts'
import { rule as platformContainerConfigMisplaced } from './platform/container-config-misplaced.ts'
import { rule as platformContainerListensOnLoopback } from './platform/container-listens-on-loopback.ts'
import { rule as platformExtensionEntryContradictory } from './platform/extension-entry-contradictory.ts'
import { rule as platformExtensionFileInvalid } from './platform/extension-file-invalid.ts'
import { rule as platformExtensionFileNotRead } from './platform/extension-file-not-read.ts'
import { rule as platformHookDoesNotRun } from './platform/hook-does-not-run.ts'
import { rule as platformImageLacksSystemPackage } from './platform/image-lacks-system-package.ts'
import { rule as platformLeaderOnlyMisplaced } from './platform/leader-only-misplaced.ts'
import { rule as platformLeftOutOfBundle } from './platform/left-out-of-bundle.ts'
import { rule as platformNginxIncludeMissing } from './platform/nginx-include-missing.ts'
import { rule as platformProcfileNotServed } from './platform/procfile-not-served.ts'
import { rule as platformProgramNotInstalled } from './platform/program-not-installed.ts'
import { rule as platformProxyFileIgnored } from './platform/proxy-file-ignored.ts'
import { rule as platformPublishedPortNotServed } from './platform/published-port-not-served.ts'
import { rule as platformPythonTooOld } from './platform/python-too-old.ts'
import { rule as platformRequirementsNotInBundleRoot } from './platform/requirements-not-in-bundle-root.ts'
import { rule as platformRequirementsTooLate } from './platform/requirements-too-late.ts'
import { rule as platformSettingsModuleNotFound } from './platform/settings-module-not-found.ts'
import { rule as platformSocketNotShared } from './platform/socket-not-shared.ts'
import { rule as platformStaticFolderAbsolute } from './platform/static-folder-absolute.ts'
import { rule as platformStaticFolderNotCollected } from './platform/static-folder-not-collected.ts'
import { rule as platformStaticNamespaceOfOtherGeneration } from './platform/static-namespace-of-other-generation.ts'
import { rule as platformStaticVolumeNotShared } from './platform/static-volume-not-shared.ts'
import { rule as platformSystemPackageMissing } from './platform/system-package-missing.ts'
import { rule as platformSystemPackageOfOtherGeneration } from './platform/system-package-of-other-generation.ts'
import { rule as platformUpstreamHostUnknown } from './platform/upstream-host-unknown.ts'
import { rule as platformUpstreamPortNotServed } from './platform/upstream-port-not-served.ts'
import { rule as platformVirtualenvNotActivated } from './platform/virtualenv-not-activated.ts'
import { rule as platformWsgiPathInvalid } from './platform/wsgi-path-invalid.ts'
import { rule as processInterfaceMismatch } from './process/interface-mismatch.ts'
import { rule as processModuleNotFound } from './process/module-not-found.ts'
import { rule as processNothingListens } from './process/nothing-listens.ts'
import { rule as processProgramNotInstalled } from './process/program-not-installed.ts'
import { rule as processProtocolMismatch } from './process/protocol-mismatch.ts'
import { rule as processRuntimeDirectoryMissing } from './process/runtime-directory-missing.ts'
import { rule as processSocketInPrivateTmp } from './process/socket-in-private-tmp.ts'
import { rule as processSocketNotAccessible } from './process/socket-not-accessible.ts'
import { rule as processTimeoutOrder } from './process/timeout-order.ts'
import { rule as processTlsToPlainHttp } from './process/tls-to-plain-http.ts'
import { rule as processVirtualenvMissing } from './process/virtualenv-missing.ts'
import { rule as processWebsocketHeadersMissing } from './process/websocket-headers-missing.ts'
import { rule as pythonEndOfLife } from './python/end-of-life.ts'
import { rule as pythonExtensionForOtherPython } from './python/extension-for-other-python.ts'
import { rule as pythonRequiresPythonUnmet } from './python/requires-python-unmet.ts'
import { rule as pythonVirtualenvConflict } from './python/virtualenv-conflict.ts'
import { rule as pythonVirtualenvMoved } from './python/virtualenv-moved.ts'
import { rule as pythonVirtualenvStale } from './python/virtualenv-stale.ts'
import { rule as requestExpectationFailed } from './request/expectation-failed.ts'
import { rule as requestExpectationNotChecked } from './request/expectation-not-checked.ts'
import { rule as requestExpectationUnreadable } from './request/expectation-unreadable.ts'
import { rule as securityAccessByForgeableHeader } from './security/access-by-forgeable-header.ts'
import { rule as securityAliasTraversalApache } from './security/alias-traversal-apache.ts'
import { rule as securityAliasTraversal } from './security/alias-traversal.ts'
import { rule as securityAllowWithoutDeny } from './security/allow-without-deny.ts'
import { rule as securityAuthWithoutUserFile } from './security/auth-without-user-file.ts'
import { rule as securityClientAddressForgeableApache } from './security/client-address-forgeable-apache.ts'
import { rule as securityClientCertificateNotAskedNginx } from './security/client-certificate-not-asked-nginx.ts'
import { rule as securityCorsAnyOriginWithCredentialsApache } from './security/cors-any-origin-with-credentials-apache.ts'
import { rule as securityCorsAnyOriginWithCredentials } from './security/cors-any-origin-with-credentials.ts'
import { rule as securityDavWithoutAuthentication } from './security/dav-without-authentication.ts'
import { rule as securityDirectoryListingApache } from './security/directory-listing-apache.ts'
import { rule as securityDirectoryListingNginx } from './security/directory-listing-nginx.ts'
import { rule as securityEarlyDataReplayedNginx } from './security/early-data-replayed-nginx.ts'
import { rule as securityFolderGuardedAtOneUrl } from './security/folder-guarded-at-one-url.ts'
import { rule as securityGuardBypassedByPattern } from './security/guard-bypassed-by-pattern.ts'
import { rule as securityHeaderInjectionNginx } from './security/header-injection-nginx.ts'
import { rule as securityHiddenFilesServedApache } from './security/hidden-files-served-apache.ts'
import { rule as securityHiddenFilesServedNginx } from './security/hidden-files-served-nginx.ts'
import { rule as securityHostSpoofingNginx } from './security/host-spoofing-nginx.ts'
import { rule as securityHstsIneffectiveNginx } from './security/hsts-ineffective-nginx.ts'
import { rule as securityHstsMissingNginx } from './security/hsts-missing-nginx.ts'
import { rule as securityHttpNotRedirectedNginx } from './security/http-not-redirected-nginx.ts'
import { rule as securityInternalMissing } from './security/internal-missing.ts'
import { rule as securityKnownVulnerabilityApache } from './security/known-vulnerability-apache.ts'
import { rule as securityKnownVulnerabilityNginx } from './security/known-vulnerability-nginx.ts'
import { rule as securityLimitLeavesMethodsOpen } from './security/limit-leaves-methods-open.ts'
import { rule as securityLocationMatchPassedByPathInfo } from './security/location-match-passed-by-path-info.ts'
import { rule as securityLocationReopensFiles } from './security/location-reopens-files.ts'
import { rule as securityLogUnescaped } from './security/log-unescaped.ts'
import { rule as securityMapCaptureOverflow } from './security/map-capture-overflow.ts'
import { rule as securityMapUnnamedCapture } from './security/map-unnamed-capture.ts'
import { rule as securityObsoleteHeader } from './security/obsolete-header.ts'
import { rule as securityOpenProxy } from './security/open-proxy.ts'
import { rule as securityOpenRedirectNginx } from './security/open-redirect-nginx.ts'
import { rule as securityOriginCheckTooWideApache } from './security/origin-check-too-wide-apache.ts'
import { rule as securityOriginCheckTooWide } from './security/origin-check-too-wide.ts'
import { rule as securityPasswordOverPlainHttpApache } from './security/password-over-plain-http-apache.ts'
import { rule as securityPasswordOverPlainHttpNginx } from './security/password-over-plain-http-nginx.ts'
import { rule as securityPhpOfAnyPath } from './security/php-of-any-path.ts'
import { rule as securityPublicResolver } from './security/public-resolver.ts'
import { rule as securityRealIpFromAnyone } from './security/real-ip-from-anyone.ts'
import { rule as securityRedirectHostFromRequestApache } from './security/redirect-host-from-request-apache.ts'
import { rule as securityRequestForgeryApache } from './security/request-forgery-apache.ts'
import { rule as securityRequestForgeryNginx } from './security/request-forgery-nginx.ts'
import { rule as securityRequireLetsAllIn } from './security/require-lets-all-in.ts'
import { rule as securityReturnBeforeAccessCheck } from './security/return-before-access-check.ts'
import { rule as securityRewriteCaptureOverflow } from './security/rewrite-capture-overflow.ts'
import { rule as securityRootFolderGranted } from './security/root-folder-granted.ts'
import { rule as securitySatisfyAnyLetsAllIn } from './security/satisfy-any-lets-all-in.ts'
import { rule as securityScriptHandlerForUploads } from './security/script-handler-for-uploads.ts'
import { rule as securityScriptSourceServed } from './security/script-source-served.ts'
import { rule as securitySlowRegexApache } from './security/slow-regex-apache.ts'
import { rule as securitySlowRegexNginx } from './security/slow-regex-nginx.ts'
import { rule as securityStatusPageExposedApache } from './security/status-page-exposed-apache.ts'
import { rule as securityStatusPageExposedNginx } from './security/status-page-exposed-nginx.ts'
import { rule as securityStrictTransportMissingApache } from './security/strict-transport-missing-apache.ts'
import { rule as securitySystemFolderServedApache } from './security/system-folder-served-apache.ts'
import { rule as securitySystemFolderServedNginx } from './security/system-folder-served-nginx.ts'
import { rule as securityTlsLeftToDefaultsNginx } from './security/tls-left-to-defaults-nginx.ts'
import { rule as securityTlsOptionUnsafeApache } from './security/tls-option-unsafe-apache.ts'
import { rule as securityUpstreamCertificateNotCheckedNginx } from './security/upstream-certificate-not-checked-nginx.ts'
import { rule as securityValidReferersNone } from './security/valid-referers-none.ts'
import { rule as securityVersionDisclosedApache } from './security/version-disclosed-apache.ts'
import { rule as securityVersionDisclosedNginx } from './security/version-disclosed-nginx.ts'
import { rule as securityWeakCiphersApache } from './security/weak-ciphers-apache.ts'
import { rule as securityWeakCiphersNginx } from './security/weak-ciphers-nginx.ts'
import { rule as securityWeakTlsApache } from './security/weak-tls-apache.ts'
import { rule as securityWeakTlsNginx } from './security/weak-tls-nginx.ts'
import { rule as securityWorkerAsRoot } from './security/worker-as-root.ts'
import { rule as styleIndentation } from './style/indentation.ts'
import { rule as styleSpaceBeforeSemicolon } from './style/space-before-semicolon.ts'
import { rule as styleTrailingWhitespace } from './style/trailing-whitespace.ts'
import { rule as wsgiApplicationGroupMisspelt } from './wsgi/application-group-misspelt.ts'
import { rule as wsgiAsgiScript } from './wsgi/asgi-script.ts'
import { rule as wsgiAuthorizationNotPassed } from './wsgi/authorization-not-passed.ts'
import { rule as wsgiCallableMissing } from './wsgi/callable-missing.ts'
import { rule as wsgiDaemonProcessUnused } from './wsgi/daemon-process-unused.ts'
import { rule as wsgiEmbeddedModeRestricted } from './wsgi/embedded-mode-restricted.ts'
import { rule as wsgiEmbeddedMode } from './wsgi/embedded-mode.ts'
import { rule as wsgiInvalidDefinition } from './wsgi/invalid-definition.ts'
import { rule as wsgiNeedsMainInterpreter } from './wsgi/needs-main-interpreter.ts'
import { rule as wsgiProcessGroupInaccessible } from './wsgi/process-group-inaccessible.ts'
import { rule as wsgiProcessGroupUndefined } from './wsgi/process-group-undefined.ts'
import { rule as wsgiProjectNotOnPythonPath } from './wsgi/project-not-on-python-path.ts'
import { rule as wsgiPythonHomeMissing } from './wsgi/python-home-missing.ts'
import { rule as wsgiPythonHomeNotAPrefix } from './wsgi/python-home-not-a-prefix.ts'
import { rule as wsgiPythonHomeShadowed } from './wsgi/python-home-shadowed.ts'
import { rule as wsgiPythonPathIgnored } from './wsgi/python-path-ignored.ts'
import { rule as wsgiPythonPathMisread } from './wsgi/python-path-misread.ts'
import { rule as wsgiRemovedLater } from './wsgi/removed-later.ts'
import { rule as wsgiScriptAliasForFiles } from './wsgi/script-alias-for-files.ts'
import { rule as wsgiScriptAliasRepeated } from './wsgi/script-alias-repeated.ts'
import { rule as wsgiScriptAliasSlash } from './wsgi/script-alias-slash.ts'
import { rule as wsgiScriptIsFolder } from './wsgi/script-is-folder.ts'
import { rule as wsgiScriptNotFound } from './wsgi/script-not-found.ts'
import { rule as wsgiSetenvNotInEnviron } from './wsgi/setenv-not-in-environ.ts'
import { rule as wsgiSettingsModuleMissing } from './wsgi/settings-module-missing.ts'
import { rule as wsgiSettingsShared } from './wsgi/settings-shared.ts'
import { rule as wsgiSitePackagesOnPythonPath } from './wsgi/site-packages-on-python-path.ts'
import { rule as wsgiSourceExposed } from './wsgi/source-exposed.ts'
import type { Rule } from './rule.ts'

/** Every rule, in the order of their ids. */
export const rules: readonly Rule[] = [
  apacheAccessForOtherDirectory,
  apacheAccessNotGranted,
  apacheAliasInLocation,
  apacheAliasMissedByRewrite,
  apacheAliasNestedOrder,
  apacheAliasSlashMismatch,
  apacheArgumentCount,
  apacheAuthenticationIncomplete,
  apacheCaptureUndefined,
  apacheCommentBehindDirective,
  apacheConflict,
  apacheDefineLeaks,
  apacheDirectoryWithUrlPath,
  apacheErrorDocumentAsText,
  apacheErrorDocumentLeadsElsewhere,
  apacheHtaccessIgnored,
  apacheHtaccessOverrideMissing,
  apacheIgnored,
  apacheIncludeNotFound,
  apacheInvalidAccess,
  apacheInvalidExpression,
  apacheInvalidHeader,
  apacheInvalidLogFormat,
  apacheInvalidProxy,
  apacheInvalidRegex,
  apacheInvalidRewrite,
  apacheInvalidSection,
  apacheInvalidValue,
  apacheLocationWithFilePath,
  apacheMacro,
  apacheModuleNameWithoutSuffix,
  apacheNotAllowedHere,
  apacheNumberMisread,
  apacheOldAccessDirectives,
  apacheProxyPassReverseMissing,
  apacheProxyPassShadowed,
  apacheProxyPassSlashMismatch,
  apacheRedirectShadowed,
  apacheRedirectToItself,
  apacheRewriteConditionWithoutRule,
  apacheRewriteEngineOff,
  apacheRewriteForbiddenByOptions,
  apacheRewriteLoop,
  apacheRewriteNotInherited,
  apacheRewriteOrWithoutAlternative,
  apacheRewritePatternNeverMatches,
  apacheRewriteRedirectToFilePath,
  apacheRewriteTargetEscaped,
  apacheRewriteVariableUnknown,
  apacheServerNameNeverMatches,
  apacheSurplusFlagArgument,
  apacheSyntax,
  apacheTlsNotSwitchedOn,
  apacheUnknownDirective,
  apacheVersionWithoutOperator,
  apacheVirtualHostShadowed,
  apacheVirtualHostWithoutListen,
  djangoAllowedHostMalformed,
  djangoCsrfOriginMalformed,
  djangoDebugInProduction,
  djangoForwardedProtoMissing,
  djangoHostNotAllowed,
  djangoHostNotPassed,
  djangoMediaInStaticRoot,
  djangoMediaNotServed,
  djangoMediaRootMismatch,
  djangoModuleNotFound,
  djangoPrivateFileServed,
  djangoProxySslHeaderMalformed,
  djangoSettingsForDevelopment,
  djangoStaticNotServed,
  djangoStaticRootInDirs,
  djangoStaticRootMismatch,
  djangoStaticRootUnset,
  djangoStaticTakenByPattern,
  djangoStaticUrlMismatch,
  djangoUploadLargerThanBodyLimit,
  nginxAccessRulesNotInherited,
  nginxAddressNotUpdated,
  nginxAliasSlashMismatch,
  nginxArgumentCount,
  nginxBodyLimitNotSet,
  nginxCaptureUndefined,
  nginxCompressionNotOn,
  nginxConflict,
  nginxContentTypeByAddHeader,
  nginxCurveNeedsNewOpenssl,
  nginxDefaultServerMissing,
  nginxDeprecated,
  nginxDhParametersMissing,
  nginxDuplicate,
  nginxErrorLogNotSet,
  nginxErrorLogOff,
  nginxErrorPageWithoutSlash,
  nginxFewFileDescriptors,
  nginxFewRequestsPerConnection,
  nginxGluedModifier,
  nginxHeaderValueWithLineBreak,
  nginxHeadersNotInherited,
  nginxHiddenHeadersNotInherited,
  nginxHostNotPassed,
  nginxIfFileIsMissing,
  nginxIfInLocation,
  nginxIfOnHost,
  nginxIgnored,
  nginxIncludeNotFound,
  nginxIncomplete,
  nginxInvalidAddress,
  nginxInvalidCondition,
  nginxInvalidEntry,
  nginxInvalidLocation,
  nginxInvalidParameter,
  nginxInvalidRegex,
  nginxInvalidValue,
  nginxInvalidVariable,
  nginxKeepaliveWithoutHttp11,
  nginxLimitsNotInherited,
  nginxLocationNeverMatches,
  nginxLocationShadowed,
  nginxMapWithoutDefault,
  nginxMergeSlashesSet,
  nginxMisdirectedRequest,
  nginxNotAllowedHere,
  nginxParametersNotInherited,
  nginxProxyBufferingOff,
  nginxProxyHeadersNotInherited,
  nginxProxyPassDecodesPath,
  nginxProxyPassSlashMismatch,
  nginxProxyPassUri,
  nginxQuicBpfWithReuseport,
  nginxRealIpWithoutFrom,
  nginxRefererMisspelt,
  nginxRegexForExactPath,
  nginxRepeatsInherited,
  nginxResolveWithoutZone,
  nginxResolverMissing,
  nginxRewriteForReturn,
  nginxRewriteTargetWithoutSlash,
  nginxRootInEachLocation,
  nginxRootRepeatsLocation,
  nginxSchemeAgainstPort,
  nginxScriptNameUnderAlias,
  nginxServerCipherOrder,
  nginxServerNameNeverMatches,
  nginxServerReturnBeforeLocations,
  nginxSessionTicketsNeverRenewed,
  nginxSizeWithoutUnit,
  nginxSocketPathWithUri,
  nginxStaplingWithoutEffect,
  nginxStaplingWithoutResolver,
  nginxSubFilterCompressed,
  nginxSyntax,
  nginxTryFilesFallback,
  nginxTryFilesWithCapturedAlias,
  nginxTryFilesWithPass,
  nginxTryFilesWithoutFileCache,
  nginxTypesReplaced,
  nginxUnanchoredExtension,
  nginxUndefinedName,
  nginxUndefinedNamedLocation,
  nginxUnknownDirective,
  nginxUnknownVariable,
  nginxUnreachableAccessRule,
  nginxUnreachableDirective,
  nginxUnusedDefinition,
  nginxUpgradeOverHttp10,
  nginxUpstreamMisspelt,
  nginxVariableInMixedCase,
  nginxWorkerProcessesMissing,
  platformComposeNameUndefined,
  platformContainerConfigMisplaced,
  platformContainerListensOnLoopback,
  platformExtensionEntryContradictory,
  platformExtensionFileInvalid,
  platformExtensionFileNotRead,
  platformHookDoesNotRun,
  platformImageLacksSystemPackage,
  platformLeaderOnlyMisplaced,
  platformLeftOutOfBundle,
  platformNginxIncludeMissing,
  platformProcfileNotServed,
  platformProgramNotInstalled,
  platformProxyFileIgnored,
  platformPublishedPortNotServed,
  platformPythonTooOld,
  platformRequirementsNotInBundleRoot,
  platformRequirementsTooLate,
  platformSettingsModuleNotFound,
  platformSocketNotShared,
  platformStaticFolderAbsolute,
  platformStaticFolderNotCollected,
  platformStaticNamespaceOfOtherGeneration,
  platformStaticVolumeNotShared,
  platformSystemPackageMissing,
  platformSystemPackageOfOtherGeneration,
  platformUpstreamHostUnknown,
  platformUpstreamPortNotServed,
  platformVirtualenvNotActivated,
  platformWsgiPathInvalid,
  processInterfaceMismatch,
  processModuleNotFound,
  processNothingListens,
  processProgramNotInstalled,
  processProtocolMismatch,
  processRuntimeDirectoryMissing,
  processSocketInPrivateTmp,
  processSocketNotAccessible,
  processTimeoutOrder,
  processTlsToPlainHttp,
  processVirtualenvMissing,
  processWebsocketHeadersMissing,
  pythonEndOfLife,
  pythonExtensionForOtherPython,
  pythonRequiresPythonUnmet,
  pythonVirtualenvConflict,
  pythonVirtualenvMoved,
  pythonVirtualenvStale,
  requestExpectationFailed,
  requestExpectationNotChecked,
  requestExpectationUnreadable,
  securityAccessByForgeableHeader,
  securityAliasTraversalApache,
  securityAliasTraversal,
  securityAllowWithoutDeny,
  securityAuthWithoutUserFile,
  securityClientAddressForgeableApache,
  securityClientCertificateNotAskedNginx,
  securityCorsAnyOriginWithCredentialsApache,
  securityCorsAnyOriginWithCredentials,
  securityDavWithoutAuthentication,
  securityDirectoryListingApache,
  securityDirectoryListingNginx,
  securityEarlyDataReplayedNginx,
  securityFolderGuardedAtOneUrl,
  securityGuardBypassedByPattern,
  securityHeaderInjectionNginx,
  securityHiddenFilesServedApache,
  securityHiddenFilesServedNginx,
  securityHostSpoofingNginx,
  securityHstsIneffectiveNginx,
  securityHstsMissingNginx,
  securityHttpNotRedirectedNginx,
  securityInternalMissing,
  securityKnownVulnerabilityApache,
  securityKnownVulnerabilityNginx,
  securityLimitLeavesMethodsOpen,
  securityLocationMatchPassedByPathInfo,
  securityLocationReopensFiles,
  securityLogUnescaped,
  securityMapCaptureOverflow,
  securityMapUnnamedCapture,
  securityObsoleteHeader,
  securityOpenProxy,
  securityOpenRedirectNginx,
  securityOriginCheckTooWideApache,
  securityOriginCheckTooWide,
  securityPasswordOverPlainHttpApache,
  securityPasswordOverPlainHttpNginx,
  securityPhpOfAnyPath,
  securityPublicResolver,
  securityRealIpFromAnyone,
  securityRedirectHostFromRequestApache,
  securityRequestForgeryApache,
  securityRequestForgeryNginx,
  securityRequireLetsAllIn,
  securityReturnBeforeAccessCheck,
  securityRewriteCaptureOverflow,
  securityRootFolderGranted,
  securitySatisfyAnyLetsAllIn,
  securityScriptHandlerForUploads,
  securityScriptSourceServed,
  securitySlowRegexApache,
  securitySlowRegexNginx,
  securityStatusPageExposedApache,
  securityStatusPageExposedNginx,
  securityStrictTransportMissingApache,
  securitySystemFolderServedApache,
  securitySystemFolderServedNginx,
  securityTlsLeftToDefaultsNginx,
  securityTlsOptionUnsafeApache,
  securityUpstreamCertificateNotCheckedNginx,
  securityValidReferersNone,
  securityVersionDisclosedApache,
  securityVersionDisclosedNginx,
  securityWeakCiphersApache,
  securityWeakCiphersNginx,
  securityWeakTlsApache,
  securityWeakTlsNginx,
  securityWorkerAsRoot,
  styleIndentation,
  styleSpaceBeforeSemicolon,
  styleTrailingWhitespace,
  wsgiApplicationGroupMisspelt,
  wsgiAsgiScript,
  wsgiAuthorizationNotPassed,
  wsgiCallableMissing,
  wsgiDaemonProcessUnused,
  wsgiEmbeddedModeRestricted,
  wsgiEmbeddedMode,
  wsgiInvalidDefinition,
  wsgiNeedsMainInterpreter,
  wsgiProcessGroupInaccessible,
  wsgiProcessGroupUndefined,
  wsgiProjectNotOnPythonPath,
  wsgiPythonHomeMissing,
  wsgiPythonHomeNotAPrefix,
  wsgiPythonHomeShadowed,
  wsgiPythonPathIgnored,
  wsgiPythonPathMisread,
  wsgiRemovedLater,
  wsgiScriptAliasForFiles,
  wsgiScriptAliasRepeated,
  wsgiScriptAliasSlash,
  wsgiScriptIsFolder,
  wsgiScriptNotFound,
  wsgiSetenvNotInEnviron,
  wsgiSettingsModuleMissing,
  wsgiSettingsShared,
  wsgiSitePackagesOnPythonPath,
  wsgiSourceExposed,
]
