{{- define "billing-codes.name" -}}
{{- if contains "billing-codes" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-billing-codes" .Release.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "billing-codes.selector" -}}
app.kubernetes.io/name: billing-codes
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "billing-codes.labels" -}}
{{ include "billing-codes.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "billing-codes.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- /* nobody: node's user of the image, no rights of the kernel, nothing to write but what is mounted. */}}
{{- define "billing-codes.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}
{{- define "billing-codes.security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- /* Settings that are secret, and the variables that they come from. Their keys in the Secret are these in lower case: mail-url. */}}
{{- define "billing-codes.secrets" -}}
sqlserver.password: BILLING_SQLSERVER_PASSWORD
sqlserver.connectionString: BILLING_SQLSERVER_CONNECTION_STRING
freeswitch.password: BILLING_FREESWITCH_PASSWORD
cdr.password: BILLING_CDR_PASSWORD
mail.url: BILLING_MAIL_URL
emergency.webhook: BILLING_EMERGENCY_WEBHOOK
emergency.webhookSecret: BILLING_EMERGENCY_WEBHOOK_SECRET
alerts.webhook: BILLING_ALERTS_WEBHOOK
alerts.webhookSecret: BILLING_ALERTS_WEBHOOK_SECRET
webhooks.targets: BILLING_WEBHOOKS_TARGETS
oidc.clientSecret: BILLING_OIDC_CLIENT_SECRET
{{- end }}

{{- /* What has no place in a ConfigMap, and what must be given. */}}
{{- define "billing-codes.check" -}}
{{- $settings := .Values.settings }}
{{- range $setting, $variable := include "billing-codes.secrets" . | fromYaml }}
{{- $path := splitList "." $setting }}
{{- $group := get $settings (first $path) | default dict }}
{{- if hasKey $group (last $path) }}
{{- fail (printf "settings.%s is a secret: put it into the Secret that secret names, as %s" $setting ($variable | trimPrefix "BILLING_" | lower | replace "_" "-")) }}
{{- end }}
{{- end }}
{{- $sqlserver := .Values.settings.sqlserver | default dict }}
{{- if not .Values.freeswitch.addresses }}
{{- fail "freeswitch.addresses is empty: give the addresses that FreeSWITCH connects from" }}
{{- end }}
{{- if and (gt (int .Values.controllers) 1) (not $sqlserver.server) }}
{{- fail "several controllers share one SQL Server: set settings.sqlserver.server, or controllers to 1" }}
{{- end }}
{{- end }}

{{- define "billing-codes.secretEnv" -}}
{{- range $setting, $variable := include "billing-codes.secrets" . | fromYaml }}
- name: {{ $variable }}
  valueFrom:
    secretKeyRef:
      name: {{ $.Values.secret }}
      key: {{ $variable | trimPrefix "BILLING_" | lower | replace "_" "-" }}
      optional: true
{{- end }}
{{- end }}
