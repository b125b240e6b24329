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

{{- /* The settings without what has no place in a ConfigMap, and with what the chart itself knows. */}}
{{- define "billing-codes.check" -}}
{{- $sqlserver := .Values.settings.sqlserver | default dict }}
{{- $there := .Values.settings.freeswitch | default dict }}
{{- $cdr := .Values.settings.cdr | default dict }}
{{- if or $sqlserver.password $sqlserver.connectionString $there.password $cdr.password }}
{{- fail "settings has a password: put it into the Secret that secret names" }}
{{- end }}
{{- if not .Values.freeswitch.addresses }}
{{- fail "freeswitch.addresses is empty: give the addresses that FreeSWITCH connects from" }}
{{- end }}
{{- if and (gt (int .Values.controllers) 1) (not $sqlserver.server) }}
{{- fail "several controllers share one SQL Server: set settings.sqlserver.server, or controllers to 1" }}
{{- end }}
{{- end }}

{{- define "billing-codes.secretEnv" -}}
{{- range $variable, $key := dict "BILLING_SQLSERVER_PASSWORD" "sqlserver-password" "BILLING_SQLSERVER_CONNECTION_STRING" "sqlserver-connection-string" "BILLING_FREESWITCH_PASSWORD" "freeswitch-password" "BILLING_CDR_PASSWORD" "cdr-password" }}
- name: {{ $variable }}
  valueFrom:
    secretKeyRef:
      name: {{ $.Values.secret }}
      key: {{ $key }}
      optional: true
{{- end }}
{{- end }}
