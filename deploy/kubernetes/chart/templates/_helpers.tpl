{{- define "flotilla.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "flotilla.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "flotilla.labels" -}}
{{ include "flotilla.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "flotilla.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "flotilla.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{/* Of what is outside the release's namespace, where there may be other releases of its name. */}}
{{- define "flotilla.role" -}}
{{- printf "%s-%s" .Release.Namespace (include "flotilla.fullname" .) -}}
{{- end -}}

{{- define "flotilla.nodesRole" -}}
{{- printf "%s-nodes" (include "flotilla.role" .) -}}
{{- end -}}

{{- define "flotilla.secret" -}}
{{- required "existingSecret: name a Secret with DATABASE_URL" .Values.existingSecret -}}
{{- end -}}

{{/* True, or nothing, for what decides more than one template. */}}
{{- define "flotilla.inCluster" -}}
{{- if .Values.config.eks_in_cluster }}true{{ end -}}
{{- end -}}

{{- define "flotilla.usesLogVolume" -}}
{{- if ne (.Values.config.log_store | default "") "s3" }}true{{ end -}}
{{- end -}}

{{- define "flotilla.logClaim" -}}
{{- .Values.logVolume.existingClaim | default (printf "%s-logs" (include "flotilla.fullname" .)) -}}
{{- end -}}
