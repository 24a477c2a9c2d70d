{{/* Fields of the spec of every pod of ours. */}}
{{- define "flotilla.podSpec" -}}
# Kubernetes would add variables named after Services, which may be those of configuration keys.
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .Values.runAsUser }}
  runAsGroup: {{ .Values.runAsGroup }}
  fsGroup: {{ .Values.runAsGroup }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Fields of every container of ours. */}}
{{- define "flotilla.container" -}}
image: {{ printf "%s:%s" (required "image.repository: no image is published yet; name the one that you built" .Values.image.repository) (.Values.image.tag | default .Chart.AppVersion) | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
env:
  # Where kubectl's helpers, such as aws, may write.
  - name: HOME
    value: /tmp
envFrom:
  - secretRef:
      name: {{ include "flotilla.secret" . }}
{{- end -}}

{{/* The pod of server or worker: a dict of root, component, values and container, more of its fields. */}}
{{- define "flotilla.podTemplate" -}}
{{- $root := .root -}}
metadata:
  annotations:
    # Pods are replaced when the configuration changes.
    checksum/config: {{ include "flotilla.config" $root | sha256sum }}
    {{- with $root.Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  labels:
    {{- with $root.Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- include "flotilla.selector" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
spec:
  serviceAccountName: {{ include "flotilla.serviceAccount" $root }}
  automountServiceAccountToken: {{ if include "flotilla.inCluster" $root }}true{{ else }}false{{ end }}
  terminationGracePeriodSeconds: {{ .terminationGracePeriodSeconds }}
  {{- include "flotilla.podSpec" $root | nindent 2 }}
  containers:
    - name: {{ .component }}
      command: [flotilla, {{ .component }}, {{ include "flotilla.configDir" $root }}]
      {{- include "flotilla.container" $root | nindent 6 }}
      {{- with .values.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .container }}
      {{- . | nindent 6 }}
      {{- end }}
      volumeMounts:
        {{- include "flotilla.volumeMounts" $root | nindent 8 }}
  volumes:
    {{- include "flotilla.volumes" $root | nindent 4 }}
{{- end -}}

{{- define "flotilla.volumeMounts" -}}
- name: config
  mountPath: {{ include "flotilla.configDir" . }}
  readOnly: true
- name: data
  mountPath: {{ include "flotilla.dataDir" . }}
- name: tmp
  mountPath: /tmp
{{- if include "flotilla.usesLogVolume" . }}
- name: logs
  mountPath: {{ include "flotilla.logDir" . }}
{{- end }}
{{- if .Values.kubeconfigs.secret }}
- name: kubeconfigs
  mountPath: {{ include "flotilla.kubeconfigDir" . }}
  readOnly: true
{{- end }}
{{- end -}}

{{- define "flotilla.volumes" -}}
- name: config
  configMap:
    name: {{ include "flotilla.fullname" . }}
- name: data
  emptyDir: {}
- name: tmp
  emptyDir: {}
{{- if include "flotilla.usesLogVolume" . }}
- name: logs
  persistentVolumeClaim:
    claimName: {{ include "flotilla.logClaim" . }}
{{- end }}
{{- with .Values.kubeconfigs.secret }}
- name: kubeconfigs
  secret:
    secretName: {{ . }}
    # 0440, in decimal, which is the same in every YAML.
    defaultMode: 288
{{- end }}
{{- end -}}
