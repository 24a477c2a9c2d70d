{{/* The rules of rbac.yaml, beside the chart; a test compares them. */}}
{{- define "flotilla.jobRules" -}}
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: ['']
  resources: [pods]
  verbs: [get, list, watch, delete]
- apiGroups: ['']
  resources: [pods/log]
  verbs: [get]
- apiGroups: ['']
  resources: [events]
  verbs: [get, list, watch]
- apiGroups: ['']
  resources: [configmaps]
  verbs: [create]
- apiGroups: [metrics.k8s.io]
  resources: [pods]
  verbs: [list]
{{- end -}}

{{- define "flotilla.nodeRules" -}}
- apiGroups: ['']
  resources: [nodes]
  verbs: [get]
{{- end -}}
